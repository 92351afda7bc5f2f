import type { TrackedDriver } from '../jobs/drivers.js';
import type { RefusalCode } from '../outcome.js';
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
  return mayHavePassed(driver) ? 'waiting' : null;
}

/**
 * Whether what held the driver back may be over though its upstream is as it was: a person, the operator or another try
 * ends it. Whatever only another release or another derivation can end is not among these.
 */
export function mayHavePassed({ outcome }: Pick<TrackedDriver, 'outcome'>): boolean {
  // A release that is too young goes on at its time; what else is waited for (a kernel, a branch) tells no time.
  if (outcome?.outcome === 'waiting') return outcome.code !== 'release-too-young';
  return outcome?.outcome === 'refused' && passing.some((code) => code === outcome.code);
}

const passing: readonly RefusalCode[] = [
  'kernel-set-unknown',
  'branch-has-foreign-commits',
  'pull-request-not-ours',
  'archive-cut-off',
  'archive-malformed',
  'archive-format',
  'archive-entry-unsupported',
  'archive-other-commit',
  'source-needs-nix',
  'hash-disagreement',
];

/** Whether a tag has become old enough since the driver was last looked at. */
function cameOfAge({ options, lookedAt }: TrackedDriver, { firstSights, now }: Seen): boolean {
  const age = parseAge(options.minimumReleaseAge ?? '') ?? 0;
  if (age === 0 || lookedAt === null) return false;
  return firstSights.some(({ at }) => {
    const since = at === null ? 0 : Date.parse(at) + age;
    return since > lookedAt.getTime() && since <= now.getTime();
  });
}
