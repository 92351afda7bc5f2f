import type { Candidate, Context, Rule } from './context.js';
import { compareKernels, isReleaseCandidate, kernelLine } from './kernel.js';
import { compareReleases, isCurrent } from './order.js';
import { dateForNumber, otherSeries, unknownWords } from './shape.js';
import { compareVersions, parseVersion } from './version.js';

/** A tag that points elsewhere than before is an alarm, never an update. */
const moved: Rule = ({ tag }, { seen }) => {
  const before = seen.get(tag.name);
  if (before === undefined || tag.commit === undefined || before === tag.commit) return null;
  return {
    verdict: 'moved',
    reason: `The tag moved from ${before.slice(0, 12)} to ${tag.commit.slice(0, 12)} since it was first seen; ask upstream why.`,
  };
};

const current: Rule = ({ reading }, context) => {
  if (!isCurrent(reading, context.current)) return null;
  return { verdict: 'current', reason: 'It is what the derivation has.' };
};

const prerelease: Rule = ({ reading }, context) => {
  if (reading.kernel !== null && isReleaseCandidate(reading.kernel)) {
    return { verdict: 'prerelease', reason: `It stands on the release candidate ${reading.kernel} of a kernel.` };
  }
  if (reading.order.some((version) => version.prerelease)) {
    return { verdict: 'prerelease', reason: `${reading.version} is a prerelease.` };
  }
  if (!opensDevelopment(reading.version, context)) return null;
  return {
    verdict: 'prerelease',
    reason: `${reading.version} marks the start of the next development, it is no release.`,
  };
};

/** `2.3.99` without a `2.3.98`: how some projects call the way to the next minor release. */
function opensDevelopment(version: string, { knownNumbers }: Context): boolean {
  const numbers = parseVersion(version)?.numbers ?? [];
  const last = numbers.at(-1) ?? '';
  if (numbers.length < 3 || !/^99+$/.test(last)) return false;
  return !knownNumbers.has([...numbers.slice(0, -1), `${last.slice(0, -1)}8`].join('.'));
}

const ignored: Rule = ({ tag, reading }, { ignore, allow, excluded }) => {
  if (excluded.has(tag.name)) return { verdict: 'ignored', reason: "The derivation's own update rules leave it out." };
  const entry = ignore.find((wanted) => names(wanted, tag.name, reading.version));
  if (entry !== undefined)
    return { verdict: 'ignored', reason: `It is on the list of ignored versions as "${entry}".` };
  if (allow.length === 0 || allow.some((wanted) => names(wanted, tag.name, reading.version))) return null;
  return { verdict: 'ignored', reason: `It is none of the allowed versions: ${allow.join(', ')}.` };
};

/** Whether an entry of a list means this release: its tag, its version in any spelling, or a form with `*`. */
function names(entry: string, tag: string, version: string): boolean {
  if (entry === tag || entry === version) return true;
  if (entry.includes('*')) return matchesGlob(entry, tag) || matchesGlob(entry, version);
  const [wanted, found] = [parseVersion(entry), parseVersion(version)];
  return wanted !== null && found !== null && compareVersions(wanted, found) === 0;
}

/** `*` stands for any text; greedy from the left, which is exact for globs and linear. */
function matchesGlob(glob: string, text: string): boolean {
  const [head = '', ...parts] = glob.split('*');
  const tail = parts.pop() ?? '';
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  let at = head.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > text.length - tail.length) return false;
    at = found + part.length;
  }
  return true;
}

/** Never a downgrade. */
const older: Rule = (candidate, context) => {
  const { current: now, pin } = context;
  const date = candidate.tag.date === undefined ? null : Date.parse(candidate.tag.date);
  if (now.pinned !== null && date !== null) {
    if (date > now.pinned) return null;
    return { verdict: 'older', reason: `It was made before the commit that ${now.text} pins.` };
  }
  if (now.reading === null) {
    return {
      verdict: 'other-shape',
      reason: `It cannot be ordered against ${now.text}; a person must say which is newer.`,
    };
  }
  const switching = pin.letter !== null && pin.letter !== now.series?.toLowerCase();
  if (switching || compareReleases(candidate.reading, now.reading) > 0) return null;
  return { verdict: 'older', reason: olderReason(candidate, context) };
};

function olderReason({ reading }: Candidate, { current: now }: Context): string {
  const driver = now.reading === null ? reading : { ...now.reading, kernel: null };
  const sameDriver = compareReleases(reading, driver) === 0;
  if (sameDriver) return `It has the same driver as ${now.text}, for an older kernel.`;
  if (reading.kernel === null) return `${reading.version} is older than ${now.text}.`;
  return `Its driver, ${reading.version}, is older than that of ${now.text}, whatever its kernel.`;
}

const kernelTooNew: Rule = ({ reading }, { newestKernel }) => {
  const line = reading.kernel === null ? null : kernelLine(reading.kernel);
  if (line === null || newestKernel === null || compareKernels(line, newestKernel) <= 0) return null;
  return {
    verdict: 'kernel-too-new',
    reason: `It is for kernel ${line}; the newest that nixpkgs has is ${newestKernel}.`,
  };
};

/** Two tags on one commit are one release. */
const sameCommit: Rule = ({ tag }, { currentCommits, current: now }) => {
  if (tag.commit === undefined || !currentCommits.has(tag.commit)) return null;
  return { verdict: 'same-commit', reason: `It is the same commit as ${now.text}, so there is nothing new in it.` };
};

const tooYoung: Rule = ({ tag }, { minimumAge, now, seenSince }) => {
  if (minimumAge === 0) return null;
  const since = seenSince.get(tag.name)?.getTime() ?? Date.parse(tag.date ?? '');
  if (Number.isNaN(since)) {
    return { verdict: 'too-young', reason: 'Its date is not known, so it cannot be shown to be old enough.' };
  }
  const until = since + minimumAge;
  if (until <= now.getTime()) return null;
  return {
    verdict: 'too-young',
    reason: `It is held back until ${new Date(until).toISOString()}, when it is old enough.`,
  };
};

/** In this order: the first rule that has something to say decides. What all let pass may be chosen. */
export const rules: readonly Rule[] = [
  unknownWords,
  dateForNumber,
  otherSeries,
  moved,
  current,
  prerelease,
  ignored,
  older,
  sameCommit,
  kernelTooNew,
  tooYoung,
];
