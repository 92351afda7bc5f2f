import { isDeepStrictEqual } from 'node:util';
import type { AbsentFacts, Facts, PackageFacts } from '../nix/facts.js';
import { type Refused, refused } from '../outcome.js';

/** What Nix says of a tree before and after an edit. */
export interface ComparedFacts {
  readonly outcome: 'compared';
  /** Other attributes that the edit changes as well, because they share its file: they are built too. */
  readonly shared: readonly string[];
}

/**
 * Holds the facts of all sets before and after an edit against each other: of the edited attribute, and of others that
 * share its file, only version, name, source and the derivation paths that follow from them may differ.
 */
export function compareFacts(attr: string, before: Facts, after: Facts): ComparedFacts | Refused {
  const shared = new Set<string>();
  for (const set of new Set([...Object.keys(before.sets), ...Object.keys(after.sets)])) {
    const [old, current] = [before.sets[set], after.sets[set]];
    if (old?.state !== 'present' || current?.state !== 'present') {
      if (isDeepStrictEqual(old, current)) continue;
      return changed(set, 'its state', old?.state, current?.state);
    }
    if (old.version !== current.version) return changed(set, 'its kernel', old.version, current.version);
    for (const name of new Set([...Object.keys(old.attrs), ...Object.keys(current.attrs)])) {
      const [one, other] = [old.attrs[name], current.attrs[name]];
      if (isDeepStrictEqual(one, other)) continue;
      const stray = strayFact(`${set}.${name}`, one, other);
      if (stray !== null) return stray;
      if (name !== attr) shared.add(name);
    }
  }
  return { outcome: 'compared', shared: [...shared].sort() };
}

type Known = PackageFacts | AbsentFacts | undefined;
const mayFollow = new Set(['version', 'name', 'drvPath', 'sources']);

function strayFact(path: string, before: Known, after: Known): Refused | null {
  if (before?.state !== 'present' || after?.state !== 'present') {
    return changed(path, 'its state', before?.state, after?.state);
  }
  if (before.sources.length !== after.sources.length) {
    return changed(path, 'its number of sources', before.sources.length, after.sources.length);
  }
  const keys = Object.keys({ ...before, ...after }) as (keyof PackageFacts)[];
  const key = keys.find((name) => !mayFollow.has(name) && !isDeepStrictEqual(before[name], after[name]));
  return key === undefined ? null : changed(path, key, before[key], after[key]);
}

function changed(path: string, what: string, from: unknown, to: unknown): Refused {
  const [old, current] = [from, to].map((value) => JSON.stringify(value ?? null));
  return refused('guard-facts', `The edit would change ${what} of ${path} from ${old} to ${current}.`);
}
