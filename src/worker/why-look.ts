import type { TrackedDriver, TrackedOutcome } from '../jobs/drivers.js';
import type { RefusalCode } from '../outcome.js';
import { parseAge } from '../release/age.js';
import type { Verdict } from '../verify/verdict.js';
import type { FirstSight } from '../watch/first-sight.js';

/** What an upstream's tags are now. */
export interface Seen {
  readonly digest: string;
  readonly firstSights: readonly FirstSight[];
  readonly now: Date;
}

/** Why a driver has to be looked at again; null when nothing happened since it was, or when its next try has time. */
export function whyLook(driver: TrackedDriver, seen: Seen): 'tags' | 'age' | 'waiting' | null {
  if (rests(driver, seen)) return null;
  if (driver.tagsDigest !== seen.digest) return 'tags';
  if (cameOfAge(driver, seen)) return 'age';
  return mayHavePassed(driver) ? 'waiting' : null;
}

/** Whether a driver is left alone for a while: it failed, or kernels could not be built, and nothing changed since. */
function rests(driver: TrackedDriver, seen: Seen): boolean {
  const { rest, tagsDigest, outcome } = driver;
  if (rest === null || rest.until <= seen.now || cameOfAge(driver, seen)) return false;
  // A fault may come before the tags are known.
  if (tagsDigest !== null && tagsDigest !== seen.digest) return false;
  // What failed on another tree may succeed on this one; a kernel is not in the binary cache the sooner for it.
  return outcome?.outcome !== 'fault' || !baseMoved(driver);
}

/**
 * Whether what held the driver back may be over though its upstream is as it was: a person, the operator or another try
 * ends it. Whatever only another release or another derivation can end is not among these.
 */
export function mayHavePassed(driver: TrackedDriver): boolean {
  const { outcome } = driver;
  switch (outcome?.outcome) {
    case 'fault':
      return true;
    case 'published':
      return lacksKernels(outcome);
    case 'waiting':
      // nixpkgs gets a kernel, a release comes of age at its time; what else is waited for (a branch) tells no time.
      if (outcome.code === 'kernel-not-in-nixpkgs') return baseMoved(driver);
      return outcome.code !== 'release-too-young';
    case 'refused':
      return passing.some((code) => code === outcome.code);
    default:
      return false;
  }
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

/** Whether a kernel set says nothing of the update: not in the binary cache, out of time, a full disk, no Nix. */
export function lacksKernels({ kernels }: TrackedOutcome): boolean {
  return Array.isArray(kernels) && kernels.some(({ status }: Pick<Verdict, 'status'>) => status === 'not built');
}

export function baseMoved({ baseHead, lookedAtBase }: Pick<TrackedDriver, 'baseHead' | 'lookedAtBase'>): boolean {
  return baseHead !== lookedAtBase;
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
