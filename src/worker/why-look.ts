import type { TrackedDriver } from '../jobs/drivers.js';
import { parseAge } from '../release/age.js';
import type { FirstSight } from '../watch/first-sight.js';

/** What an upstream's tags are now. */
export interface Seen {
  readonly digest: string;
  readonly firstSights: readonly FirstSight[];
  readonly now: Date;
}

/** Why a driver has to be looked at again; null when nothing happened since it was. */
export function whyLook(driver: TrackedDriver, seen: Seen): 'tags' | 'age' | 'waiting' | null {
  if (driver.tagsDigest !== seen.digest) return 'tags';
  if (cameOfAge(driver, seen)) return 'age';
  // A release that is too young goes on at its time; what else is waited for (a kernel, a branch) tells no time.
  const waits = driver.outcome?.outcome === 'waiting' && driver.outcome.code !== 'release-too-young';
  return waits ? 'waiting' : null;
}

/** Whether a tag has become old enough since the driver was last looked at. */
function cameOfAge({ options, lookedAt }: TrackedDriver, { firstSights, now }: Seen): boolean {
  const age = parseAge(options.minimumReleaseAge ?? '') ?? 0;
  if (age === 0 || lookedAt === null) return false;
  return firstSights.some(({ at }) => {
    const since = at === null ? 0 : Date.parse(at) + age;
    return since > lookedAt.getTime() && since <= now.getTime();
  });
}
