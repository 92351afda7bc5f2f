import type { Tag } from '../watch/tag.js';
import { endOfDay } from './date.js';
import { splitName } from './name.js';
import { type Pattern, type Reading, readTagOfAnySeries, readTokens, type Token } from './pattern.js';
import { parseVersion } from './version.js';

/** Where a driver stands today, as far as tags can be compared with it. */
export interface Current {
  readonly text: string;
  /** Null when the derivation names nothing that the tags could be ordered against. */
  readonly reading: Reading | null;
  /** The letter of its series; null when it is not known. */
  readonly series: string | null;
  /** End of the day (milliseconds) of a pinned commit that only a date describes: it says more than its version `0`. */
  readonly pinned: number | null;
}

/**
 * Reads `current`: a tag, or the version as the derivation writes it, where letters of the pattern may be missing
 * (`6.8-v1.0` for `v{kernel}-v{version}`, `2.16.0` for `ena_linux_{version}`, `0.1.0-unstable-2025-04-24`).
 */
export function readCurrent(pattern: Pattern, text: string, tags: readonly Tag[]): Current {
  const unstable = /^(.*?)-?unstable-(\d{4}-\d{2}-\d{2})$/.exec(text);
  const [, base = '', date = ''] = unstable ?? [];
  const pinned = unstable === null || (base !== '' && base !== '0') ? null : endOfDay(date);
  const reading = unstable === null ? readWritten(pattern, text) : readUnstable(pattern, base, date);
  return { text, reading, series: reading === null ? pattern.letter : seriesOf(pattern, reading, tags), pinned };
}

function readWritten(pattern: Pattern, text: string): Reading | null {
  const tag = readTagOfAnySeries(pattern, text);
  if (tag !== null) return tag;
  for (const tokens of withLettersMissing(pattern.tokens)) {
    const [reading, other] = readTokens(tokens, text, pattern.letter);
    if (reading !== undefined && other === undefined) return reading;
  }
  const name = splitName(text);
  return name === null ? null : (readTokens([{ slot: 'version' }], name.version, pattern.letter)[0] ?? null);
}

/** nixpkgs' `X-unstable-DATE` is a commit after X: later than X and everything released as X. */
function readUnstable(pattern: Pattern, base: string, date: string): Reading | null {
  if (pattern.tokens.some((token) => 'slot' in token && token.slot === 'date')) {
    return readTokens([{ slot: 'date' }], date, pattern.letter)[0] ?? null;
  }
  const reading = base === '' ? null : readWritten(pattern, base);
  const later = reading === null ? null : parseVersion(`${reading.version}-post`);
  return reading === null || later === null ? null : { ...reading, order: [later, ...reading.order.slice(1)] };
}

/** The pattern's tokens with less and less of its literals: without the prefix, without inner letters, the version alone. */
function withLettersMissing(tokens: readonly Token[]): Token[][] {
  const first = tokens.findIndex((token) => 'slot' in token);
  const last = tokens.findLastIndex((token) => 'slot' in token);
  const inner = tokens.slice(first, last + 1);
  const plain = inner
    .map((token) => ('slot' in token ? token : { literal: token.literal.replace(/[A-Za-z]+/g, '') }))
    .filter((token) => !('slot' in token) || token.slot !== 'series');
  const alone = inner
    .filter((token) => 'slot' in token && (token.slot === 'version' || token.slot === 'date'))
    .slice(0, 1);
  return [tokens.slice(first), inner, plain, alone].filter((list) => list.every((token) => !isEmpty(token)));
}

const isEmpty = (token: Token): boolean => 'literal' in token && token.literal === '';

/** With `{series}` in the pattern and no letter in the derivation, the tag of that version tells which series it is. */
function seriesOf(pattern: Pattern, reading: Reading, tags: readonly Tag[]): string | null {
  const expected = pattern.tokens.some((token) => 'slot' in token && token.slot === 'series');
  if (!expected || reading.series !== '') return reading.series;
  const same = tags
    .map((tag) => readTagOfAnySeries(pattern, tag.name))
    .filter((other) => other?.version === reading.version && other.kernel === reading.kernel);
  return same.length === 1 ? (same[0]?.series ?? null) : null;
}
