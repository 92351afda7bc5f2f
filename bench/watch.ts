import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openLedger } from '../src/jobs/ledger.js';
import { Queue } from '../src/jobs/queue.js';
import { openStore } from '../src/jobs/store.js';
import { limitedPerHost } from '../src/watch/per-host.js';
import { listTags } from '../src/watch/tags.js';
import { pollUpstream } from '../src/worker/poll-upstream.js';
import type { WorkerContext } from '../src/worker/ports.js';
import { netTo } from '../test/support/net.js';
import { quiet } from '../test/support/quiet.js';
import { addresses, startUpstreams } from '../test/support/upstreams.js';

/**
 * Measures how long it takes to look at many upstreams on a local git server, by the stored queue and the embedded store as the
 * product runs them: the first round, and a second one in which nothing has changed.
 */
export async function benchWatch(count: number): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'modprobot-bench-'));
  const upstreams = await startUpstreams();
  const database = await openStore({ databaseUrl: null, dataDirectory: directory }, quiet);
  const queue = await Queue.open(database, 'worker', quiet);
  try {
    const ledger = openLedger(database);
    const urls = addresses(count);
    await follow(ledger, urls);
    const { git } = netTo(upstreams);
    const ports = { listTags: limitedPerHost((url) => listTags(url, git)) };
    const context = { ledger, queue, log: quiet, ports } as unknown as WorkerContext;
    const rounds = new Rounds();
    await queue.work({
      reconcile: async () => {},
      'sync-fork': async () => {},
      'poll-upstream': async (job) => {
        await pollUpstream(job, context);
        rounds.done();
      },
      'update-driver': async ({ owner, repo, attr }) => {
        const driver = await ledger.drivers.find(owner, repo, attr);
        const known = await ledger.upstreams.find(driver?.upstream ?? '');
        if (driver === null || known === null) throw new Error(`${attr} is not known`);
        const look = { digest: known.digest, baseHead: driver.baseHead, at: new Date() };
        await ledger.drivers.record(driver, { outcome: 'current' }, look);
      },
    });
    for (const name of ['first round', 'nothing has changed']) {
      const started = performance.now();
      const round = rounds.begin(count);
      for (const url of urls) await queue.send({ queue: 'poll-upstream', data: { url } });
      await round;
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const requests = upstreams.takeRequests().length;
      console.log(`${seconds.padStart(8)} s  ${count} upstreams, ${requests} requests: ${name}`);
    }
  } finally {
    await queue.stop(0);
    await database.close();
    await upstreams.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function follow(ledger: ReturnType<typeof openLedger>, urls: readonly string[]): Promise<void> {
  const commit = 'a'.repeat(40);
  const fork = { owner: 'owner', repo: 'nixpkgs', installationId: 1, defaultBranch: 'master', head: commit };
  const config = { config: null, configOrigin: null, configErrors: [] };
  await ledger.forks.save({ ...fork, base: 'master', baseHead: commit, ...config });
  const found = urls.map((upstream, number) => {
    const attr = `driver${number}`;
    return { attr, upstream, driver: { attr }, options: {} };
  });
  await ledger.drivers.replace('owner', 'nixpkgs', found);
}

/** Resolves when as many jobs were done as a round has. */
class Rounds {
  #left = 0;
  #resolve = () => {};

  begin(jobs: number): Promise<void> {
    this.#left = jobs;
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  done(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#resolve();
  }
}
