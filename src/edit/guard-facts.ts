import { isDeepStrictEqual } from 'node:util';
import type { AbsentFacts, Facts, PackageFacts } from '../nix/facts.js';
import { type Refused, refused } from '../outcome.js';

/** What Nix says of a tree before and after an edit. */
export interface ComparedFacts {
  readonly outcome: 'compared';
  /** Other attributes of the kernel package scope that the edit changes as well: they are built too. */
  readonly shared: readonly string[];
  /** The same of attributes of nixpkgs itself. */
  readonly packages: readonly string[];
}

type Known = PackageFacts | AbsentFacts | undefined;

/**
 * Holds the facts of all sets before and after an edit against each other: of the edited attribute, and of others that
 * share its file, only version, name, source and the derivation paths that follow from them may differ. An edit that
 * changes nothing of the attribute in any set where it is there is refused too.
 */
export function compareFacts(attr: string, before: Facts, after: Facts): ComparedFacts | Refused {
  const shared = new Set<string>();
  let changes: 'unseen' | 'none' | 'some' = 'unseen';
  for (const set of keysOf(before.sets, after.sets)) {
    const [old, current] = [before.sets[set], after.sets[set]];
    if (old?.state !== 'present' || current?.state !== 'present') {
      if (old?.state === current?.state) continue;
      return changed(set, 'its state', old?.state, current?.state);
    }
    if (old.version !== current.version) return changed(set, 'its kernel', old.version, current.version);
    const differing = differences(`${set}.`, old.attrs, current.attrs);
    if ('outcome' in differing) return differing;
    if (current.attrs[attr]?.state === 'present' && changes !== 'some') {
      changes = differing.includes(attr) ? 'some' : 'none';
    }
    for (const name of differing) if (!isSame(current.attrs[name], current.attrs[attr])) shared.add(name);
  }
  if (changes === 'none') return refused('guard-facts', `The edit would change nothing of ${attr} in any kernel set.`);
  const packages = differences('', before.packages, after.packages);
  if ('outcome' in packages) return packages;
  return { outcome: 'compared', shared: [...shared].sort(), packages: [...packages].sort() };
}

type Attributes = Readonly<Record<string, PackageFacts | AbsentFacts>>;

/** Names of what differs in what may differ; refused at the first thing that may not. */
function differences(prefix: string, before: Attributes, after: Attributes): readonly string[] | Refused {
  const differing = keysOf(before, after).filter((name) => !isDeepStrictEqual(before[name], after[name]));
  for (const name of differing) {
    const stray = strayFact(`${prefix}${name}`, before[name], after[name]);
    if (stray !== null) return stray;
  }
  return differing;
}

/** Another name of the same derivation. */
function isSame(one: Known, other: Known): boolean {
  return one?.state === 'present' && other?.state === 'present' && one.drvPath === other.drvPath;
}

const mayFollow = new Set(['version', 'name', 'drvPath', 'sources', 'meta']);

function strayFact(path: string, before: Known, after: Known): Refused | null {
  if (before?.state !== 'present' || after?.state !== 'present') {
    // Why it is not there may be told in words that name the version.
    return before?.state === after?.state ? null : changed(path, 'its state', before?.state, after?.state);
  }
  if (before.sources.length !== after.sources.length) {
    return changed(path, 'its number of sources', before.sources.length, after.sources.length);
  }
  const keys = keysOf(before, after) as (keyof PackageFacts)[];
  const key = keys.find((name) => !mayFollow.has(name) && !isDeepStrictEqual(before[name], after[name]));
  if (key !== undefined) return changed(path, key, before[key], after[key]);
  const text = keysOf(before.meta, after.meta).find((name) => !isDeepStrictEqual(before.meta[name], after.meta[name]));
  return text === undefined ? null : changed(path, `meta.${text}`, before.meta[text], after.meta[text]);
}

function keysOf(one: object, other: object): readonly string[] {
  return Object.keys({ ...one, ...other });
}

function changed(path: string, what: string, from: unknown, to: unknown): Refused {
  const [old, current] = [from, to].map((value) => JSON.stringify(value ?? null));
  return refused('guard-facts', `The edit would change ${what} of ${path} from ${old} to ${current}.`);
}
