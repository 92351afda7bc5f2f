import semver from 'semver';
import { wordKind } from './words.js';

/** A version as one total order understands it; see `compareVersions`. */
export interface Version {
  /** A letter before the first number, in lower case (`b` of `B7`), or empty. */
  readonly lead: string;
  /** The release number: digit strings without leading zeros, trailing zero parts dropped. */
  readonly numbers: readonly string[];
  /** A letter right behind the release number (`a` of `0.9.40a`), or empty. */
  readonly letter: string;
  /** What follows, piece by piece. */
  readonly marks: readonly Mark[];
  readonly prerelease: boolean;
  /** Words that are neither a prerelease nor a post-release mark: `dkms`, `rhel`. */
  readonly unknown: readonly string[];
}

interface Mark {
  /** -1 sorts before the bare version (a prerelease), 1 behind it. */
  readonly weight: -1 | 1;
  readonly id: string;
}

/** Longer than any version a person wrote; keeps every reading short. */
const longest = 200;

/**
 * Reads a version: a release number of any length and size, then letters, numbers and words between `.`, `-` and `_`.
 * Build metadata (`+…`) does not order, as in semver, but is kept among the unknown words: `7.0.0+driver` may be another
 * component than `0.20.0`. Null for what is no version.
 */
export function parseVersion(text: string): Version | null {
  if (text.length > longest) return null;
  const [release = '', ...metadata] = text.split('+');
  const pieces = cutIntoPieces(release);
  if (pieces === null) return null;
  const lead = isWord(pieces[0]) ? (pieces.shift() ?? '') : '';
  if (lead.length > 1 || !isNumber(pieces[0])) return null;
  const numbers = takeNumbers(pieces);
  const letter = takeLetter(pieces);
  const { marks, prerelease, unknown } = readMarks(pieces);
  return {
    lead,
    numbers: withoutTrailingZeros(numbers),
    letter,
    marks,
    prerelease,
    unknown: [...unknown, ...metadata],
  };
}

/**
 * One total order: the letter in front, then the release number (missing parts are zero), then the letter behind it,
 * then the marks, where a prerelease sorts before the bare version and everything else behind it.
 */
export function compareVersions(a: Version, b: Version): number {
  return (
    compareText(a.lead, b.lead) ||
    compareNumberLists(a.numbers, b.numbers) ||
    compareText(a.letter, b.letter) ||
    compareMarks(a.marks, b.marks)
  );
}

/** Digit strings of any length, compared as numbers. */
function compareDigits(a: string, b: string): number {
  const left = withoutLeadingZeros(a);
  const right = withoutLeadingZeros(b);
  return left.length - right.length || compareText(left, right);
}

const separators = new Set(['.', '-', '_']);
const isNumber = (piece: string | undefined): boolean => piece !== undefined && /^[0-9]/.test(piece);
const isWord = (piece: string | undefined): boolean => piece !== undefined && /^[a-z]/.test(piece);

/** Runs of digits, runs of letters and single separators; null when anything else occurs, or two separators meet. */
function cutIntoPieces(text: string): string[] | null {
  const pieces = text.toLowerCase().match(/[0-9]+|[a-z]+|[\s\S]/g) ?? [];
  const wellFormed = pieces.every((piece, at) => {
    if (isNumber(piece) || isWord(piece)) return true;
    const next = pieces[at + 1];
    return separators.has(piece) && at > 0 && next !== undefined && !separators.has(next);
  });
  return wellFormed ? pieces : null;
}

/** Takes `1.2.3`, `1_8_16` (underscores alone are dots) or `2025-04-24` off the front. */
function takeNumbers(pieces: string[]): string[] {
  const numbers = [pieces.shift() ?? ''];
  const separator = pieces[0] ?? '';
  if (separator === '-' && !startsWithDate(numbers[0], pieces)) return numbers;
  const most = separator === '-' ? 3 : Number.POSITIVE_INFINITY;
  while (separators.has(separator) && pieces[0] === separator && isNumber(pieces[1]) && numbers.length < most) {
    numbers.push(pieces[1] ?? '');
    pieces.splice(0, 2);
  }
  return numbers;
}

function startsWithDate(year: string | undefined, rest: readonly string[]): boolean {
  return /^(19|20)[0-9]{2} - [01][0-9] - [0-3][0-9]$/.test([year, ...rest.slice(0, 4)].join(' '));
}

/** A single letter right behind the number, unless it is the word of a mark such as `p1`, or `b2` for a second beta. */
function takeLetter(pieces: string[]): string {
  const [letter = '', next] = pieces;
  if (!isWord(letter) || letter.length > 1) return '';
  if (isNumber(next) && (isShortPrerelease(letter) || wordKind(letter) !== 'unknown')) return '';
  pieces.shift();
  return letter;
}

/** `1.0a1` and `1.0b2`: an alpha and a beta when a number follows; `0.9.40a` is a later release. */
const isShortPrerelease = (letter: string): boolean => letter === 'a' || letter === 'b';

function readMarks(pieces: readonly string[]): Pick<Version, 'marks' | 'prerelease' | 'unknown'> {
  const marks: Mark[] = [];
  const unknown: string[] = [];
  let prerelease = false;
  for (const [at, piece] of pieces.entries()) {
    if (separators.has(piece)) continue;
    const kind = isNumber(piece) ? 'post-release' : markKind(piece, pieces[at - 1], pieces[at + 1]);
    if (kind === 'plain') continue;
    if (kind === 'unknown') unknown.push(piece);
    // Behind a prerelease word, further words only tell prereleases apart.
    marks.push({ weight: kind === 'prerelease' && !prerelease ? -1 : 1, id: withoutLeadingZeros(piece) });
    prerelease ||= kind === 'prerelease';
  }
  return { marks, prerelease, unknown };
}

function markKind(word: string, before: string | undefined, after: string | undefined): ReturnType<typeof wordKind> {
  if (word.length > 1) return wordKind(word);
  if (isShortPrerelease(word) && isNumber(after) && (before === undefined || isNumber(before))) return 'prerelease';
  if (isNumber(before)) return 'post-release';
  return wordKind(word);
}

function compareNumberLists(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const order = compareDigits(a[at] ?? '0', b[at] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

function compareMarks(a: readonly Mark[], b: readonly Mark[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const [left, right] = [a[at], b[at]];
    const order = (left?.weight ?? 0) - (right?.weight ?? 0) || compareIds(left?.id ?? '', right?.id ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** Semver's rule for identifiers (numbers before words, words by ASCII), kept exact for numbers beyond 2^53. */
function compareIds(a: string, b: string): number {
  if (isNumber(a) && isNumber(b)) return compareDigits(a, b);
  return semver.compareIdentifiers(a, b);
}

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
const withoutLeadingZeros = (piece: string): string => piece.replace(/^0+(?=[0-9])/, '');

function withoutTrailingZeros(numbers: readonly string[]): string[] {
  const plain = numbers.map(withoutLeadingZeros);
  while (plain.at(-1) === '0') plain.pop();
  return plain;
}
