import { Fault } from '../errors.js';
import { parseDate } from './date.js';
import { isKernel } from './kernel.js';
import { parseVersion, type Version } from './version.js';

const slots = ['kernel', 'version', 'date', 'series'] as const;
type Slot = (typeof slots)[number];
export type Token = { readonly literal: string } | { readonly slot: Slot };

/** A tag pattern such as `v{kernel}-v{version}`, ready to read tags. */
export interface Pattern {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The single letter right before `{version}` (`v`), which names a series of releases; null when there is none. */
  readonly letter: string | null;
}

/** What a pattern reads out of a tag, each part as the tag writes it. */
export interface Reading {
  readonly version: string;
  readonly kernel: string | null;
  /** The letter before the version, wherever it comes from: the pattern's own, `{series}`, or the version's (`B7`). */
  readonly series: string;
  /** What orders releases, most important first: the version, then the date. */
  readonly order: readonly Version[];
}

/**
 * Compiles a pattern. A placeholder may stand more than once (in a URL) and then reads the same text each time.
 * Throws the fault `pattern-invalid` when it cannot order releases or cannot be read in one way.
 */
export function compilePattern(text: string): Pattern {
  const tokens = cut(text);
  const named = tokens.flatMap((token) => ('slot' in token ? [token.slot] : []));
  if (!named.includes('version') && !named.includes('date')) {
    throw invalid(text, 'it needs {version} or {date}, the part that tells releases apart');
  }
  for (const [at, token] of tokens.entries()) {
    const next = tokens[at + 1];
    if (!('slot' in token) || next === undefined || !('slot' in next)) continue;
    if (token.slot !== 'series' || next.slot !== 'version') {
      throw invalid(text, `nothing stands between {${token.slot}} and {${next.slot}}, so it is unclear where one ends`);
    }
  }
  return { text, tokens, letter: letterBeforeVersion(tokens) };
}

/** Reads one tag, letter for letter; null when it has another shape, or could be read in two ways. */
export function readTag(pattern: Pattern, tag: string): Reading | null {
  return only(readTokens(pattern.tokens, tag, pattern.letter));
}

/** Like `readTag`, but any single letter may stand in place of the pattern's: `v6.12-f8` in `v{kernel}-v{version}`. */
export function readTagOfAnySeries(pattern: Pattern, tag: string): Reading | null {
  if (pattern.letter === null) return readTag(pattern, tag);
  const tokens = withSeriesSlot(pattern.tokens);
  return only(readTokens(tokens, tag, null).filter((reading) => reading.series.length === 1));
}

/** Whether the tag fits the pattern in more than one way, so that it must not be read at all. */
export function isAmbiguous(pattern: Pattern, tag: string): boolean {
  return readTokens(pattern.tokens, tag, pattern.letter).length > 1;
}

/** Reads text through a list of tokens: every way to do it, but no more than two. `letter` is the series when none is read. */
export function readTokens(tokens: readonly Token[], text: string, letter: string | null): Reading[] {
  const found: Reading[] = [];
  if (text.length > longestTag) return found;
  let tries = 0;
  const search: Search = {
    mayTry: () => {
      tries += 1;
      return tries <= mostTries;
    },
    accept: (bound) => {
      const reading = toReading(bound, letter);
      if (reading !== null) found.push(reading);
      return found.length > 1;
    },
  };
  walk(tokens, text, new Map(), search);
  return tries > mostTries ? [] : found;
}

/** Git allows longer ones; nobody writes them, and reading stays cheap. */
const longestTag = 200;

/** Ways to end a placeholder that are tried for one tag. Real tags need a dozen; what needs more is made to be slow. */
const mostTries = 400;

interface Search {
  readonly mayTry: () => boolean;
  /** Takes what was read; true when enough was found. */
  readonly accept: (bound: Bound) => boolean;
}

function cut(text: string): Token[] {
  const tokens: Token[] = [];
  for (const part of text.match(/\{[^{}]*\}|[^{}]+|[{}]/g) ?? []) {
    if (!part.startsWith('{') && part !== '}') {
      tokens.push({ literal: part });
      continue;
    }
    const slot = slots.find((name) => part === `{${name}}`);
    if (slot === undefined) throw invalid(text, `${part} is none of {kernel}, {version}, {date} and {series}`);
    tokens.push({ slot });
  }
  return tokens;
}

function invalid(text: string, why: string): Fault {
  return new Fault('pattern-invalid', `The tag pattern ${JSON.stringify(text)} cannot be used: ${why}.`, {
    pattern: text,
  });
}

function letterBeforeVersion(tokens: readonly Token[]): string | null {
  const at = tokens.findIndex((token) => 'slot' in token && token.slot === 'version');
  const before = tokens[at - 1];
  if (before === undefined || !('literal' in before)) return null;
  return /(?:^|[^A-Za-z0-9])([A-Za-z])$/.exec(before.literal)?.[1] ?? null;
}

/** The same tokens with the pattern's letter replaced by `{series}`. */
function withSeriesSlot(tokens: readonly Token[]): Token[] {
  const at = tokens.findIndex((token) => 'slot' in token && token.slot === 'version');
  const before = tokens[at - 1];
  if (before === undefined || !('literal' in before)) return [...tokens];
  const rest = before.literal.slice(0, -1);
  const front: Token[] = [...tokens.slice(0, at - 1), ...(rest === '' ? [] : [{ literal: rest }])];
  return [...front, { slot: 'series' }, ...tokens.slice(at)];
}

type Bound = ReadonlyMap<Slot, string>;

/** Depth-first over the few places where a placeholder may end; true when the search is over. */
function walk(tokens: readonly Token[], text: string, bound: Bound, search: Search): boolean {
  const [token, ...rest] = tokens;
  if (token === undefined) return text === '' && search.accept(bound);
  if ('literal' in token) {
    return text.startsWith(token.literal) && walk(rest, text.slice(token.literal.length), bound, search);
  }
  for (const end of endsOf(token.slot, rest[0], text)) {
    if (!search.mayTry()) return true;
    const value = text.slice(0, end);
    if (bound.has(token.slot) ? bound.get(token.slot) !== value : !fits[token.slot](value)) continue;
    if (walk(rest, text.slice(end), new Map(bound).set(token.slot, value), search)) return true;
  }
  return false;
}

const fits: Record<Slot, (value: string) => boolean> = {
  kernel: isKernel,
  version: (value) => parseVersion(value) !== null,
  date: (value) => parseDate(value) !== null,
  series: (value) => /^[A-Za-z]+$/.test(value),
};

function endsOf(slot: Slot, next: Token | undefined, text: string): number[] {
  if (next === undefined) return [text.length];
  if ('slot' in next) return [text.search(/[^A-Za-z]|$/)];
  const ends: number[] = [];
  for (let at = text.indexOf(next.literal, 1); at !== -1; at = text.indexOf(next.literal, at + 1)) ends.push(at);
  return slot === 'series' ? ends.slice(0, 1) : ends;
}

function toReading(bound: Bound, letter: string | null): Reading | null {
  const [version, date] = [bound.get('version'), bound.get('date')];
  const versionOrder = version === undefined ? null : parseVersion(version);
  const dateOrder = date === undefined ? null : parseDate(date);
  const outside = bound.get('series') ?? letter;
  const inside = versionOrder?.lead ?? '';
  // `{series}{version}` and `v{version}` leave no room for a second letter.
  if (outside !== null && inside !== '') return null;
  const series = outside ?? inside;
  const order = [versionOrder, dateOrder].filter((part) => part !== null);
  return { version: version ?? date ?? '', kernel: bound.get('kernel') ?? null, series, order };
}

const only = (readings: readonly Reading[]): Reading | null => (readings.length === 1 ? (readings[0] ?? null) : null);
