import type { Handlers } from './jobs/queue.js';
import type { Metrics } from './web/metrics.js';
import { pollUpstream } from './worker/poll-upstream.js';
import type { WorkerContext } from './worker/ports.js';
import { reconcile } from './worker/reconcile.js';
import { syncFork } from './worker/sync-fork.js';
import { updateDriver } from './worker/update-driver.js';

/** Takes jobs: from now on each is done as it comes, after a first look at everything. */
export async function startWorker(context: WorkerContext, pollMinutes: number, metrics: Metrics): Promise<void> {
  await context.queue.work(metrics.measured(handlersOf(context)));
  await context.queue.scheduleReconcile(cronOf(pollMinutes));
  await context.queue.send({ queue: 'reconcile', data: { reason: 'start' } });
}

function handlersOf(context: WorkerContext): Handlers {
  return {
    reconcile: (job) => reconcile(job, context),
    'sync-fork': (job) => syncFork(job, context),
    'poll-upstream': (job) => pollUpstream(job, context),
    'update-driver': (job, signal) => updateDriver(job, context, signal),
  };
}

/** @param minutes a divisor of 60, or whole hours that divide a day */
export function cronOf(minutes: number): string {
  if (minutes < 60) return `*/${minutes} * * * *`;
  if (minutes === 1440) return '0 0 * * *';
  return `0 */${minutes / 60} * * *`;
}
