import { Fault, retryAfterSeconds } from '../errors.js';
import type { Look, TrackedDriver } from '../jobs/drivers.js';
import type { Fork } from '../jobs/forks.js';
import type { UpdateDriver } from '../jobs/job.js';
import type { UpdateRequest } from '../pipeline/ports.js';
import type { SeenHead } from '../watch/branch.js';
import { faultOutcome } from './fault-outcome.js';
import { lookAtOfficial } from './look-at-official.js';
import { lookFurther } from './look-further.js';
import type { Updated, WorkerContext } from './ports.js';
import { restAfterFault, restAfterUpdate } from './rest.js';
import { whyLook } from './why-look.js';

/** Runs the pipeline for one driver and records what became of it. */
export async function updateDriver(job: UpdateDriver, context: WorkerContext, signal: AbortSignal): Promise<void> {
  const { owner, repo, attr } = job;
  const { ledger } = context;
  const fork = await ledger.forks.find(owner, repo);
  const driver = await ledger.drivers.find(owner, repo, attr);
  // Between queueing and now the fork, or the driver's line in the configuration, may have gone.
  if (fork === null || driver === null || driver.upstream === null) return;
  let look: Look = { digest: null, baseHead: fork.baseHead, at: new Date() };
  try {
    // The list that this update sees: tags that come while it runs differ from it, and bring the next update.
    const { digest, ...tags } = await tagsOf(driver.upstream, context);
    const { mark, releases, head } = await lookFurther(driver.upstream, driver, context);
    look = { ...look, digest: digest + mark };
    // What asked for this job may have been done by another one meanwhile.
    if (whyLook(driver, { digest: digest + mark, firstSights: tags.firstSights, now: look.at }) === null) return;
    const seen = { ...tags, releases, head: head === null ? null : await headOf(fork, driver, head, context) };
    const updated = await run(fork, driver, seen, context, signal);
    await ledger.drivers.record(driver, updated.outcome, look, restAfterUpdate(driver, updated.outcome, look));
    if (updated.pullRequest !== null) {
      await ledger.pullRequests.save({ owner, repo, attr, base: fork.base, ...updated.pullRequest });
    }
  } catch (error) {
    // Broken off at a stop is no fault: the job is stored again.
    if (signal.aborted) throw error;
    throw await recorded(error, driver, look, context);
  }
}

/** Records a fault; the same fault, with the seconds after which the queue is to try again. */
async function recorded(error: unknown, driver: TrackedDriver, look: Look, { ledger }: WorkerContext): Promise<Fault> {
  const outcome = faultOutcome(error);
  const rest = restAfterFault(driver, look, retryAfterSeconds(error) ?? 0);
  await ledger.drivers.record(driver, { ...outcome }, look, rest);
  const seconds = Math.ceil((rest.until.getTime() - Date.now()) / 1000);
  const data = { ...(error instanceof Fault ? error.data : {}), retryAfterSeconds: seconds };
  return new Fault(outcome.code, outcome.reason, data, error);
}

async function tagsOf(url: string, { ledger, ports }: WorkerContext) {
  const known = (await ledger.upstreams.find(url)) ?? (await look());
  return { tags: known.tags, digest: known.digest, firstSights: await ledger.upstreams.firstSights(url) };

  async function look() {
    const tags = await ports.listTags(url);
    return { tags, digest: await ledger.upstreams.save(url, tags, new Date()) };
  }
}

async function headOf(
  { owner, repo, base }: Fork,
  { attr, upstream }: TrackedDriver,
  commit: string,
  { ledger, ports }: WorkerContext,
): Promise<SeenHead> {
  const proposedAt = await ledger.pullRequests.movedAt({ owner, repo, attr, base });
  return { commit, day: await ports.readDay(upstream ?? '', commit), proposedAt };
}

async function run(
  fork: Fork,
  driver: TrackedDriver,
  seen: Pick<UpdateRequest, 'tags' | 'firstSights' | 'releases' | 'head'>,
  context: WorkerContext,
  signal: AbortSignal,
): Promise<Updated> {
  const { ports } = context;
  const { owner, repo, installationId, base } = fork;
  const forge = await ports.installations.forge(installationId, { owner, name: repo });
  const { attr, options } = driver;
  const kernels = options.kernels ?? fork.config?.kernels ?? [];
  const lookAt: UpdateRequest['lookAtOfficial'] = (found) => lookAtOfficial(fork, found, context);
  return ports.updateDriver({ forge, attr, options, kernels, base, lookAtOfficial: lookAt, ...seen }, signal);
}
