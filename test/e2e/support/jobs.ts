import { workerPorts } from '../../../src/cli/worker-ports.js';
import { openWorld } from '../../../src/cli/world.js';
import { type Job, keyOf } from '../../../src/jobs/job.js';
import { type Ledger, openLedger } from '../../../src/jobs/ledger.js';
import { pollUpstream } from '../../../src/worker/poll-upstream.js';
import type { WorkerContext } from '../../../src/worker/ports.js';
import { reconcile } from '../../../src/worker/reconcile.js';
import { syncFork } from '../../../src/worker/sync-fork.js';
import { updateDriver } from '../../../src/worker/update-driver.js';
import { installationsOf } from '../../github/octokit.js';
import type { GitHub } from '../../support/github/index.js';
import { quiet } from '../../support/quiet.js';
import { openTemporaryStore } from '../../support/store.js';
import { dataFolder } from './app-process.js';

/**
 * The App's jobs with all their real parts, without Nix, done one after the other in this thread: when `round` is over, all
 * that follows from it is over. Octokit neither waits nor tries again, so that each of GitHub's answers shows.
 */
export interface Jobs {
  readonly ledger: Ledger;
  /** One look at everything, as by the clock, when no driver rests after a fault any more. Answers what failed. */
  round(): Promise<readonly Error[]>;
  close(): Promise<void>;
}

export async function openJobs(github: GitHub): Promise<Jobs> {
  const store = await openTemporaryStore();
  const data = await dataFolder();
  const ledger = openLedger(store.database);
  const environment = { MODPROBOT_HOSTS: JSON.stringify(github.hosts), MODPROBOT_ENGINE: 'none' };
  const world = openWorld({ ...environment, MODPROBOT_DATA: data.path });
  const ports = await workerPorts(world, { ledger, log: quiet, signal: new AbortController().signal });
  const waiting: Job[] = [];
  const queue = {
    // The same job waiting already is enough, as in the real queue.
    async send(job: Job) {
      const same = (other: Job) => other.queue === job.queue && keyOf(other) === keyOf(job);
      if (!waiting.some(same)) waiting.push(job);
    },
  } as unknown as WorkerContext['queue'];
  const installations = installationsOf(github);
  const context: WorkerContext = { ledger, queue, ports: { ...ports, installations }, log: quiet };
  return {
    ledger,
    async round() {
      const failures: Error[] = [];
      await store.database.query(
        "UPDATE modprobot.drivers SET rests_until = now() WHERE outcome ->> 'outcome' = 'fault'",
      );
      waiting.push({ queue: 'reconcile', data: { reason: 'test' } });
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
        await run(job, context).catch((error: Error) => failures.push(error));
      }
      return failures;
    },
    async close() {
      await ports.close();
      await store.remove();
      await data.remove();
    },
  };
}

async function run(job: Job, context: WorkerContext): Promise<void> {
  switch (job.queue) {
    case 'reconcile':
      return reconcile(job.data, context);
    case 'sync-fork':
      return syncFork(job.data, context);
    case 'poll-upstream':
      return pollUpstream(job.data, context);
    case 'update-driver':
      return updateDriver(job.data, context, new AbortController().signal);
  }
}
