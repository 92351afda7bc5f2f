import type { InstalledRepository } from '../github/installation.js';
import { forkKey, type JobData } from '../jobs/job.js';
import type { WorkerContext } from './ports.js';

/**
 * Hooks are a hint, never the truth: some are never delivered, and none while the App was down. At the start and by the clock
 * every fork and every upstream is looked at again, and what the App no longer reaches is forgotten.
 */
export async function reconcile({ reason }: JobData<'reconcile'>, context: WorkerContext): Promise<void> {
  const { ledger, queue } = context;
  // Before GitHub is asked: a fork that is added meanwhile is none that has gone.
  const known = await ledger.forks.all();
  const { reached, failures } = await syncInstalled(reason, context);
  for (const fork of known) {
    if (reached.has(forkKey(fork.owner, fork.repo)) || failures.has(fork.installationId)) continue;
    await ledger.forks.forget(fork.owner, fork.repo);
  }
  for (const url of await ledger.drivers.upstreams()) await queue.send({ queue: 'poll-upstream', data: { url } });
  await ledger.deliveries.prune();
  if (failures.size > 0) throw new AggregateError(failures.values(), 'some installations did not answer');
}

async function syncInstalled(reason: string, context: WorkerContext) {
  const reached = new Set<string>();
  // An installation that does not answer now has not gone: its forks are kept.
  const failures = new Map<number, unknown>();
  for (const { id } of await context.ports.installations.list()) {
    try {
      for (const repository of await context.ports.installations.repositories(id)) {
        reached.add(forkKey(repository.owner, repository.name));
        await syncOne(id, repository, reason, context);
      }
    } catch (error) {
      failures.set(id, error);
    }
  }
  return { reached, failures };
}

async function syncOne(
  installationId: number,
  { owner, name, archived }: InstalledRepository,
  reason: string,
  { ledger, queue }: WorkerContext,
): Promise<void> {
  if (archived || (await ledger.forks.dismissed(owner, name))) return;
  await queue.send({ queue: 'sync-fork', data: { installationId, owner, repo: name, reason } });
}
