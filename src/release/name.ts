import { parseDate } from './date.js';
import type { Pattern } from './pattern.js';
import { parseVersion } from './version.js';

/** A tag cut into a name and the version behind it: `efa_linux_` and `3.1.0`. */
export interface SplitName {
  readonly prefix: string;
  readonly version: string;
}

/** Cuts a tag before the first number from which on it reads as a version; null when there is none. */
export function splitName(tag: string): SplitName | null {
  // A number inside a word (`v4l2loopback`, `rhel7`) begins no version; behind a lone letter (`v1`, `B7`) it does.
  for (const found of tag.matchAll(/(?<![0-9])[0-9]/g)) {
    const prefix = tag.slice(0, found.index);
    if (!/(?:^|[^A-Za-z0-9.])[A-Za-z]?$/.test(prefix) || /[0-9]\.[0-9]/.test(prefix)) continue;
    const version = tag.slice(found.index);
    const read = parseVersion(version) ?? parseDate(version);
    if (read !== null && read.unknown.length === 0) return { prefix, version };
  }
  return null;
}

/**
 * How the name in front of a tag's version relates to the name that the pattern asks for:
 * `restyled` differs by `v`, case and separators, `misspelt` by a letter or two, `shortened` leaves words out,
 * `other` names another thing, `unnamed` cannot be compared because the pattern has no name.
 */
export type Kinship = 'restyled' | 'misspelt' | 'shortened' | 'other' | 'unnamed';

export function kinship(wanted: string, found: string): Kinship {
  const [left, right] = [wordsOf(wanted), wordsOf(found)];
  if (left.join(' ') === right.join(' ')) return 'restyled';
  if (left.length === 0) return 'unnamed';
  if (isMisspelt(left, right)) return 'misspelt';
  if (right.every((word) => left.includes(word))) return 'shortened';
  return 'other';
}

/** What stands in front of the pattern's first placeholder. */
export function prefixOf(pattern: Pattern): string {
  const [first] = pattern.tokens;
  return first !== undefined && 'literal' in first ? first.literal : '';
}

const fillers = new Set(['v', 'ver', 'version', 'rel', 'release', 'tag', 'tags']);

function wordsOf(name: string): string[] {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.filter((word) => !fillers.has(word));
}

/** One long word differs by at most two letters: `sgx_diver` and `sgx_driver`, but not `ena` and `efa`. */
function isMisspelt(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  const pairs = left.map((word, at) => [word, right[at] ?? ''] as const).filter(([a, b]) => a !== b);
  const [pair] = pairs;
  return (
    pairs.length === 1 && pair !== undefined && Math.min(pair[0].length, pair[1].length) >= 5 && distance(...pair) <= 2
  );
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const swap = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
