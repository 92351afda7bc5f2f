import { Fault, type FaultCode } from '../errors.js';
import type { TrackedDriver } from '../jobs/drivers.js';
import type { JobData } from '../jobs/job.js';
import { restMilliseconds } from '../watch/back-off.js';
import { faultOutcome } from './fault-outcome.js';
import { lookFurther } from './look-further.js';
import type { WorkerContext } from './ports.js';
import { whyLook } from './why-look.js';

/** Nobody but a person ends these, so the followers are told at once. */
const lasting: readonly FaultCode[] = ['upstream-gone', 'upstream-too-many-tags', 'address-refused'];

/**
 * Lists an upstream's tags and asks for an update of every driver that did not see this list yet, for which a release
 * came of age, or that waits for something else. An upstream that fails is left alone for a while, longer every time.
 */
export async function pollUpstream({ url }: JobData<'poll-upstream'>, context: WorkerContext): Promise<void> {
  const { ledger, queue } = context;
  const now = new Date();
  const followers = await ledger.drivers.following(url);
  if (followers.length === 0 || (await ledger.upstreams.rests(url, now))) return;
  const digest = await look(url, now, context);
  if (digest === null) return;
  const ages = followers.some(({ options }) => options.minimumReleaseAge !== undefined);
  const firstSights = ages ? await ledger.upstreams.firstSights(url) : [];
  for (const driver of followers) {
    const mark = await markOf(url, driver, now, context);
    if (mark === null) return;
    const reason = whyLook(driver, { digest: digest + mark, firstSights, now });
    if (reason === null) continue;
    const { installationId, owner, repo, attr } = driver;
    await queue.send({ queue: 'update-driver', data: { installationId, owner, repo, attr, reason } });
  }
}

/** Digest of the tags as they are now; null when the upstream failed. */
async function look(url: string, now: Date, context: WorkerContext): Promise<string | null> {
  try {
    return await context.ledger.upstreams.save(url, await context.ports.listTags(url), now);
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'bug') throw error;
    await rest(url, now, error, context);
    return null;
  }
}

/** What the driver follows besides tags, as a mark; null when the upstream failed. */
async function markOf(url: string, driver: TrackedDriver, now: Date, context: WorkerContext): Promise<string | null> {
  try {
    return (await lookFurther(url, driver, context)).mark;
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'bug') throw error;
    await rest(url, now, error, context);
    return null;
  }
}

async function rest(url: string, now: Date, fault: Fault, { ledger, queue, log }: WorkerContext): Promise<void> {
  const failures = await ledger.upstreams.failed(url, (count) => {
    return new Date(now.getTime() + restMilliseconds(count, Math.random()));
  });
  log.warn({ url, code: fault.code, ...failures }, fault.message);
  const seconds = Math.ceil((failures.restsUntil.getTime() - now.getTime()) / 1000);
  await queue.send({ queue: 'poll-upstream', data: { url } }, seconds);
  if (!lasting.includes(fault.code)) return;
  for (const driver of await ledger.drivers.following(url)) {
    await ledger.drivers.record(driver, { ...faultOutcome(fault) }, null);
  }
}
