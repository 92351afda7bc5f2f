import type { Source } from '../source/source.js';

/** Replace the bytes `[start, end)` of `file` (UTF-16 offsets into its text) by `text`. */
export interface Replacement {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What an update to one release changes, before its hash is known. */
export interface EditPlan {
  readonly attr: string;
  readonly version: { readonly from: string; readonly to: string };
  /** What the edited derivation's revision evaluates to: exactly the chosen tag or commit. */
  readonly rev: string;
  /** The source after the edit. */
  readonly source: Source;
  /** All but the hash. */
  readonly replacements: readonly Replacement[];
  /** Where the source's hash stands. */
  readonly hash: { readonly file: string; readonly start: number; readonly end: number; readonly value: string };
}

/** One changed file of an edit. */
export interface FileEdit {
  /** Relative to the nixpkgs root. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Unified diff, three lines of context, `a/` and `b/` prefixes. */
  readonly diff: string;
}
