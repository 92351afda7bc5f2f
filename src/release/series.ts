import { parseVersion } from './version.js';

/** The series that a driver stays in: a letter (`v` of scarlett's `v1.3`), leading numbers (`2.3` of zfs), or both. */
export interface SeriesPin {
  /** Lower case; null when the current release's letter counts. */
  readonly letter: string | null;
  /** Digit strings that a release number must begin with. */
  readonly numbers: readonly string[];
}

/** Reads `2.3`, `2.3.x`, `f`, `g4`; null for what names no series. */
export function parseSeries(text: string): SeriesPin | null {
  const [, letter = '', number = ''] = /^([A-Za-z]*)((?:[0-9]+(?:[._][0-9]+)*)?)(?:\.[x*])?$/.exec(text) ?? [];
  if (letter === '' && number === '') return null;
  return { letter: letter === '' ? null : letter.toLowerCase(), numbers: number === '' ? [] : number.split(/[._]/) };
}

/** The series that an attribute pins: `2.3` of `zfs_2_3`; null for attributes without one. */
export function seriesOfAttribute(attr: string): string | null {
  const found = /_([0-9]+(?:_[0-9]+)+)$/.exec(attr);
  return found?.[1]?.replaceAll('_', '.') ?? null;
}

/** Whether a release number belongs to the pinned numbers: `2.3.9` and `2.3` to 2.3, but not `2.30`. */
export function isInSeries(pin: SeriesPin, version: string): boolean {
  const numbers = parseVersion(version)?.numbers ?? [];
  return pin.numbers.every((wanted, at) => (numbers[at] ?? '0') === wanted.replace(/^0+(?=[0-9])/, ''));
}
