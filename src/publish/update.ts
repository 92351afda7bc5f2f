import type { EditPlan, FileEdit } from '../edit/edit.js';
import type { BrokenBound } from '../nixpkgs/broken-bound.js';
import type { Driver } from '../nixpkgs/driver.js';
import type { Release } from '../release/release.js';
import type { SourceHash } from '../source/source.js';
import type { Verified } from '../verify/verify.js';

/** An edit that is ready to be published, with everything that led to it. */
export interface Update {
  readonly driver: Driver;
  readonly release: Release;
  /** What was noticed on the way and the reviewer has to see, in plain sentences. */
  readonly remarks: readonly string[];
  readonly plan: EditPlan;
  readonly files: readonly FileEdit[];
  readonly hash: SourceHash;
  /** The branch that the pull request goes to, and its commit on which the edit was made. */
  readonly base: { readonly branch: string; readonly commit: string };
}

/** What the kernels said of an update. */
export interface Verification extends Verified {
  /** The set of the release's own kernel (the default set for a release without one); null when no live set matches. */
  readonly matching: string | null;
  /** What the derivation says of the kernels that it does not build on; null when it says nothing. */
  readonly bound: BrokenBound | null;
}

/** One branch per base and driver, so that a newer release takes the place of an older one. */
export function branchOf({ base, plan }: Pick<Update, 'base' | 'plan'>): string {
  return `modprobot/${base.branch}/${plan.attr}`;
}
