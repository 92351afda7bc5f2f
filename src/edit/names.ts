import { type Refused, refused } from '../outcome.js';

/** Longer than any real version, shorter than the 211 bytes that a store path's name may have. */
const longest = 128;

/**
 * Whether a version can stand in a derivation's name (Nix manual, "Store path": letters, digits and `+-._?=`) and needs no
 * escape in any kind of Nix string. `?` and `=` are left out: they would change the meaning of a URL.
 */
export function refuseVersion(version: string): Refused | null {
  if (/^[0-9A-Za-z][0-9A-Za-z+._-]*$/.test(version) && version.length <= longest && !version.includes('..'))
    return null;
  return refused(
    'name-unsafe',
    `The version ${shown(version)} has characters or a length that no version in nixpkgs has.`,
  );
}

/** Like a version, and `/` and `@` between other characters: what survives in a string, a URL and on a command line. */
export function refuseTag(tag: string): Refused | null {
  const safe = /^[0-9A-Za-z_][0-9A-Za-z+._@/-]*$/.test(tag) && !/\.\.|\/\/|\/$|\/\.|@\{/.test(tag);
  if (safe && tag.length <= longest) return null;
  return refused('name-unsafe', `The tag ${shown(tag)} has characters or a length that cannot be written safely.`);
}

/** A download's whole address, of which only a version is ever written. */
export function refuseUrl(url: string): Refused | null {
  if (/^(?:https?|ftp|mirror):\/\/[0-9A-Za-z+._@/~%?=&:,-]+$/.test(url) && url.length <= 1000) return null;
  return refused('name-unsafe', `The address ${shown(url)} has characters or a length that cannot be written safely.`);
}

/** 40 lower-case hex digits and a day of the calendar. */
export function refuseCommit(commit: string, date: string): Refused | null {
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    return refused('name-unsafe', `${shown(commit)} is not a commit: 40 lower-case hex digits are needed.`);
  }
  if (!isDay(date)) return refused('name-unsafe', `${shown(date)} is not a day: it is written as 2026-11-20.`);
  return null;
}

/** `YYYY-MM-DD`, a day that the calendar has. */
export function isDay(date: string): boolean {
  if (!/^(?:19|20)\d\d-\d\d-\d\d$/.test(date)) return false;
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

/** A stranger's text for a sentence: short, in quotes, with nothing in it that a terminal or a page would obey. */
export function shown(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return JSON.stringify(short).replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, '?');
}
