import { Fault } from '../errors.js';
import type { JobData } from '../jobs/job.js';
import { faultOutcome } from './fault-outcome.js';
import type { WorkerContext } from './ports.js';

/** Lists an upstream's tags and asks for an update of every driver that did not see this list yet, or that waits. */
export async function pollUpstream({ url }: JobData<'poll-upstream'>, context: WorkerContext): Promise<void> {
  const { ledger, queue } = context;
  const followers = await ledger.drivers.following(url);
  if (followers.length === 0) return;
  const digest = await look(url, context);
  if (digest === null) return;
  for (const { installationId, owner, repo, attr, tagsDigest, outcome } of followers) {
    if (tagsDigest === digest && outcome?.outcome !== 'waiting') continue;
    const data = { installationId, owner, repo, attr, reason: tagsDigest === digest ? 'waiting' : 'tags' };
    await queue.send({ queue: 'update-driver', data });
  }
}

/** Digest of the tags as they are now; null when the repository is gone, which every follower is told. */
async function look(url: string, { ledger, ports }: WorkerContext): Promise<string | null> {
  try {
    return await ledger.upstreams.save(url, await ports.listTags(url), new Date());
  } catch (error) {
    // Trying again soon does not bring it back: the next round of the clock looks again.
    if (!(error instanceof Fault) || error.code !== 'upstream-gone') throw error;
    for (const { owner, repo, attr } of await ledger.drivers.following(url)) {
      await ledger.drivers.record(owner, repo, attr, faultOutcome(error), null);
    }
    return null;
  }
}
