import type { Tag } from '../watch/tag.js';
import type { Current } from './current.js';
import type { Pattern, Reading } from './pattern.js';
import type { TagVerdict } from './release.js';
import type { SeriesPin } from './series.js';

/** What every rule may look at besides the tag itself. */
export interface Context {
  readonly pattern: Pattern;
  readonly current: Current;
  readonly pin: SeriesPin;
  /** Release numbers of all tags that could be read, `1.2.3` without trailing zero parts. */
  readonly knownNumbers: ReadonlySet<string>;
  /** Newest kernel line that nixpkgs has; null when kernels do not matter. */
  readonly newestKernel: string | null;
  readonly ignore: readonly string[];
  readonly excluded: ReadonlySet<string>;
  readonly allow: readonly string[];
  /** Milliseconds that a release must have been public; zero when it need not. */
  readonly minimumAge: number;
  readonly now: Date;
  /** Commits that tags were seen at before. */
  readonly seen: ReadonlyMap<string, string>;
  /** When tags were first seen. */
  readonly seenSince: ReadonlyMap<string, Date>;
  /** Commits of the tags that are the current release. */
  readonly currentCommits: ReadonlySet<string>;
}

/** A tag that has the pattern's shape. */
export interface Candidate {
  readonly tag: Tag;
  readonly reading: Reading;
}

export interface Judgement {
  readonly verdict: TagVerdict;
  readonly reason: string;
}

/** Answers null when the rule has nothing to say about the tag. */
export type Rule = (candidate: Candidate, context: Context) => Judgement | null;
