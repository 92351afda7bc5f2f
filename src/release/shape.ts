import type { Judgement, Rule } from './context.js';
import { kernelLine } from './kernel.js';
import { kinship, prefixOf, splitName } from './name.js';
import { isAmbiguous, type Pattern, type Reading, readTagOfAnySeries } from './pattern.js';
import { isInSeries } from './series.js';
import type { Version } from './version.js';

/** Reads a tag as a release of this driver, of whatever series; null when it has another shape. */
export function readShape(pattern: Pattern, expected: string | null, tag: string): Reading | null {
  const reading = readTagOfAnySeries(pattern, tag);
  if (reading === null || expected === null || reading.series === expected) return reading;
  // `V1.0` beside `v1.0` and `v0.13` beside `0.12.1` are another style, not another series.
  const sameLetter = reading.series.toLowerCase() === expected.toLowerCase();
  return sameLetter || reading.series === '' || expected === '' ? null : reading;
}

/** Why a tag that could not be read is none of this driver's releases. */
export function judgeOtherShape(pattern: Pattern, tag: string): Judgement {
  if (isAmbiguous(pattern, tag)) return otherShape(`It can be read as ${pattern.text} in more than one way.`);
  const name = splitName(tag);
  const wanted = prefixOf(pattern);
  if (name !== null && differsByLetter(wanted, name.prefix)) {
    return {
      verdict: 'other-series',
      reason: `It begins with "${name.prefix}", not "${wanted}", and is cut otherwise.`,
    };
  }
  if (name !== null && kinship(wanted, name.prefix) === 'other') {
    return { verdict: 'other-component', reason: `It names another component, "${name.prefix}", not "${wanted}".` };
  }
  if (name !== null && asksForKernel(pattern) && kernelLine(name.version) !== null) {
    return otherShape(`It has one number where ${pattern.text} asks for a kernel and a driver version.`);
  }
  return otherShape(`It does not have the shape ${pattern.text}.`);
}

/** Words behind the version that mean neither "prerelease" nor "post-release" cannot be ordered: `1.9_rhel7.4`. */
export const unknownWords: Rule = ({ reading }, { current }) => {
  const words = wordsOf(reading.order);
  if (words.length === 0 || words.join() === wordsOf(current.reading?.order ?? []).join()) return null;
  return otherShape(`It carries "${words.join(' ')}", which does not tell whether it is newer or older.`);
};

/** A date where the current release has a small number is a new scheme, not an update by two thousand. */
export const dateForNumber: Rule = ({ reading }, { current, pattern }) => {
  const now = current.reading?.order[0];
  const next = reading.order[0];
  if (now === undefined || next === undefined || now.numbers.length === 0) return null;
  if (pattern.text.includes('{date}') || isDateLike(now) || !isDateLike(next)) return null;
  return otherShape(`It has a date where ${current.text} has a release number.`);
};

/** A change of series waits for a person. */
export const otherSeries: Rule = ({ reading }, { pin, current }) => {
  const letter = pin.letter ?? current.series;
  if (letter === null) {
    return { verdict: 'other-series', reason: `It is not known which series ${current.text} belongs to; name one.` };
  }
  if (reading.series.toLowerCase() !== letter.toLowerCase()) {
    return {
      verdict: 'other-series',
      reason: `It belongs to the series ${reading.series}; a change from ${letter} needs a person's word.`,
    };
  }
  if (isInSeries(pin, reading.version)) return null;
  return {
    verdict: 'other-series',
    reason: `It is outside the series ${pin.numbers.join('.')}, which this driver stays in.`,
  };
};

/** Whether the first number is a year or a whole date. */
function isDateLike(version: Version): boolean {
  return /^(?:19|20)[0-9]{2}(?:[01][0-9][0-3][0-9])?$/.test(version.numbers[0] ?? '');
}

/** `p` and `w`: a lone letter in front of the number that differs by more than its case. */
function differsByLetter(wanted: string, found: string): boolean {
  const [left, right] = [wanted.toLowerCase(), found.toLowerCase()];
  const alike = left.slice(0, -1) === right.slice(0, -1) && left !== right;
  return alike && [left, right].every((name) => /(?:^|[^a-z0-9])[a-z]$/.test(name));
}

const wordsOf = (order: readonly Version[]): string[] => order.flatMap((version) => version.unknown);
const asksForKernel = (pattern: Pattern): boolean => pattern.text.includes('{kernel}');
const otherShape = (reason: string): Judgement => ({ verdict: 'other-shape', reason });
