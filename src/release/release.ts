import type { Tag } from '../watch/tag.js';

/** A tag that was read through a pattern: what it releases, and the kernel it names. */
export interface Release {
  readonly tag: Tag;
  /** The driver's own version, as the tag writes it: `1.3` of `v6.9-v1.3`. */
  readonly version: string;
  /** The kernel part as the tag writes it (`6.9`, `6.12.3`), or null when the pattern has none. */
  readonly kernel: string | null;
}

export type TagVerdict =
  | 'chosen'
  | 'current'
  | 'older'
  | 'superseded'
  | 'prerelease'
  | 'other-shape'
  | 'other-series'
  | 'other-component'
  | 'same-commit'
  | 'too-young'
  | 'ignored'
  | 'moved'
  | 'kernel-too-new';

export interface JudgedTag {
  readonly tag: string;
  readonly verdict: TagVerdict;
  /** One sentence for a maintainer. */
  readonly reason: string;
}

/** What `choose` answers; the JSON of `modprobot choose` is made of it. */
export interface Choice {
  readonly chosen: Release | null;
  /** Tags of another shape are newer than anything of the known one: upstream seems to have changed its scheme. */
  readonly schemeChanged: boolean;
  readonly verdicts: readonly JudgedTag[];
}
