import type { Look, Rest, TrackedDriver, TrackedOutcome } from '../jobs/drivers.js';
import { type RestLimits, restMilliseconds } from '../watch/back-off.js';
import { baseMoved, lacksKernels } from './why-look.js';

const longest = 24 * 60 * 60_000;
const afterFault: RestLimits = { first: 60_000, longest };
/** A binary cache is filled within hours, and building until the time is up takes as long each time. */
const withoutKernels: RestLimits = { first: 2 * 60 * 60_000, longest };

/**
 * How long a driver is left alone after a fault: every try costs a whole run, so the rests double up to a day, until one
 * succeeds or something changes.
 *
 * @param driver as it was before this look
 * @param atLeastSeconds what GitHub asks for
 */
export function restAfterFault(driver: TrackedDriver, look: Look, atLeastSeconds: number): Rest {
  const sameBase = !baseMoved({ baseHead: look.baseHead, lookedAtBase: driver.lookedAtBase });
  const { tries, until } = nextRest(sameBase ? triesOf('fault', driver, look) : 0, afterFault);
  return { tries, until: new Date(Math.max(until.getTime(), Date.now() + atLeastSeconds * 1000)) };
}

/** The same after an update that was published though kernels could not be built; null when all were. */
export function restAfterUpdate(driver: TrackedDriver, outcome: TrackedOutcome, look: Look): Rest | null {
  if (outcome.outcome !== 'published' || !lacksKernels(outcome)) return null;
  return nextRest(triesOf('published', driver, look), withoutKernels);
}

function nextRest(triesBefore: number, limits: RestLimits): Rest {
  const tries = triesBefore + 1;
  return { tries, until: new Date(Date.now() + restMilliseconds(tries, Math.random(), limits)) };
}

/** In a row that came to this outcome with these tags. */
function triesOf(outcome: string, { outcome: before, tagsDigest, rest }: TrackedDriver, { digest }: Look): number {
  return before?.outcome === outcome && tagsDigest === digest ? (rest?.tries ?? 0) : 0;
}
