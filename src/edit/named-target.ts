import type { Driver } from '../nixpkgs/driver.js';
import { type Refused, refused } from '../outcome.js';
import { compilePattern, readTag } from '../release/pattern.js';
import { shown } from './names.js';
import type { EditTarget } from './plan.js';

/** What a person names on the command line: a tag (for a URL: the whole URL), or a commit with its day. */
export type NamedTarget = { readonly tag: string } | { readonly rev: string; readonly date: string };

export interface ReadTarget {
  readonly outcome: 'found';
  readonly target: EditTarget;
  /** The kernel that the tag names. */
  readonly kernel: string | null;
}

interface ThereAlready {
  readonly outcome: 'current';
  readonly reason: string;
}

/** What a named tag or commit means for a driver: the order of releases is not asked, the pattern alone is checked. */
export function namedTarget(driver: Driver, named: NamedTarget): ReadTarget | ThereAlready | Refused {
  const { attr, pattern } = driver;
  const name = 'rev' in named ? named.rev : named.tag;
  if (name === revisionNow(driver)) return { outcome: 'current', reason: `${attr} is at ${shown(name)} already.` };
  if ('rev' in named) return { outcome: 'found', target: named, kernel: null };
  if (pattern === null) {
    const reason = `${attr} is pinned to a commit: name a commit and its date instead of a tag.`;
    return refused('pinned-to-commit', reason);
  }
  const reading = readTag(compilePattern(pattern), named.tag);
  if (reading === null) {
    return refused('tag-other-shape', `${shown(named.tag)} has another shape than ${shown(pattern)}.`);
  }
  return { outcome: 'found', target: { tag: named.tag, version: reading.version }, kernel: reading.kernel };
}

/** The tag, the URL, or the commit, which may stand in a URL. */
function revisionNow({ follows, rev, url }: Driver): string | null {
  if (follows === 'url') return url;
  return rev ?? /(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/.exec(url ?? '')?.[0] ?? null;
}
