import { type Refused, refused } from '../outcome.js';
import type { Replacement } from './edit.js';
import { isDay, shown } from './names.js';
import { isLiteral, type LiteralPart, overlap, type Part } from './parts.js';

/** Where version and revision of a derivation stand. `revision` is the fetcher's tag or rev, or its URL. */
export interface Written {
  /** What carries the driver's own version: without the kernel, and without what joins the two. */
  readonly version: readonly LiteralPart[];
  readonly revision: readonly Part[];
}

/**
 * The inverse of the derivation's own revision expression: what to write so that it evaluates to exactly `wanted`.
 *
 * One literal that version and revision share takes what the rest of the expression leaves of `wanted`. Where the version
 * is written out in both, both literals change. Everything else is refused: nothing here guesses.
 */
export function invertRevision(written: Written, wanted: string, version: string): readonly Replacement[] | Refused {
  const literals = written.revision.filter(isLiteral);
  const computed = written.revision.find((part) => part.type === 'opaque');
  if (computed !== undefined) {
    return refused(
      'revision-computed',
      `The revision depends on ${computed.name}, so no version can be read back from it.`,
    );
  }
  const own = written.version;
  const shared = literals.filter((part) => own.some((other) => overlap(part, other)));
  if (shared.length === 0) return invertWrittenOut(own, literals, wanted, version);
  return invertShared(own, literals, shared, wanted);
}

/** `"v${version}"`, `version`, `".../${version}/driver-${version}.tar.gz"`: one literal, in one or more places. */
function invertShared(
  own: readonly LiteralPart[],
  literals: readonly LiteralPart[],
  shared: readonly LiteralPart[],
  wanted: string,
): readonly Replacement[] | Refused {
  const [carrier] = shared;
  if (
    carrier === undefined ||
    own.length !== 1 ||
    !shared.every((part) => isSame(part, carrier)) ||
    !isSame(own[0], carrier)
  ) {
    return severalPlaces();
  }
  const fixed = literals.filter((part) => !isSame(part, carrier));
  if (fixed.some((part) => holds(part.text, carrier.text))) return severalPlaces();
  const fixedLength = fixed.reduce((length, part) => length + part.text.length, 0);
  const length = (wanted.length - fixedLength) / shared.length;
  if (!Number.isInteger(length) || length < 1) return otherShape(literals, wanted);
  const start = literals.slice(0, literals.indexOf(carrier)).reduce((sum, part) => sum + part.text.length, 0);
  const text = wanted.slice(start, start + length);
  const evaluated = literals.map((part) => (isSame(part, carrier) ? text : part.text)).join('');
  if (evaluated !== wanted) return otherShape(literals, wanted);
  return [replacement(carrier, text)];
}

/** `rev = "v1.2.3"` beside `version = "1.2.3"`: the tag holds the old version once, and the new tag the new one there. */
function invertWrittenOut(
  own: readonly LiteralPart[],
  literals: readonly LiteralPart[],
  wanted: string,
  version: string,
): readonly Replacement[] | Refused {
  const [ownPart, revision] = [own[0], literals[0]];
  if (own.length !== 1 || literals.length !== 1 || ownPart === undefined || revision === undefined)
    return severalPlaces();
  if (/^(?:refs\/heads\/)?[0-9a-f]{40}$/.test(revision.text)) {
    return refused('pinned-to-commit', 'The source is pinned to a commit, not to a tag. Follow its branch instead.');
  }
  const places = occurrences(revision.text, ownPart.text);
  if (places.length === 0) {
    return refused(
      'version-not-in-revision',
      `Nothing says how the version ${shown(ownPart.text)} and the revision ${shown(revision.text)} belong together.`,
    );
  }
  const [place] = places;
  if (places.length > 1 || place === undefined) return severalPlaces();
  const evaluated = revision.text.slice(0, place) + version + revision.text.slice(place + ownPart.text.length);
  if (evaluated !== wanted) return otherShape(literals, wanted);
  const inRevision = { ...revision, start: revision.start + place, end: revision.start + place + ownPart.text.length };
  return [replacement(ownPart, version), replacement(inRevision, version)];
}

/**
 * What to write so that the source is `commit` and the version names its day, in the form that stands there:
 * `2024-06-13` or `20240613`, alone or inside of a longer version.
 */
export function moveToCommit(written: Written, commit: string, date: string): readonly Replacement[] | Refused {
  const pinned = written.revision
    .filter(isLiteral)
    .filter((part) => /(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/.test(part.text));
  const [holder] = pinned;
  if (holder === undefined) {
    return refused(
      'not-pinned-to-commit',
      'The source is not pinned to a whole commit id of 40 digits, so no commit can be written in its place.',
    );
  }
  if (pinned.length > 1) return severalPlaces();
  const commits = [...holder.text.matchAll(/(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/g)];
  const [old] = commits;
  if (old === undefined || commits.length > 1) return severalPlaces();
  const start = holder.start + old.index;
  const day = dateOf(written, old[0], date);
  if ('outcome' in day) return day;
  return [{ file: holder.file, start, end: start + 40, text: commit }, day];
}

/** The one date in the driver's own version, rewritten in its own form. */
function dateOf(written: Written, oldCommit: string, date: string): Replacement | Refused {
  const own = written.version;
  if (own.some((part) => part.text.includes(oldCommit.slice(0, 7)))) {
    return refused('version-names-commit', 'The version names the commit that it is built from. Update it by hand.');
  }
  const found = own.flatMap((part) => datesIn(part.text).map((match) => ({ part, ...match })));
  const [old] = found;
  if (old === undefined) {
    return refused(
      'version-without-date',
      `The version ${shown(own.map((part) => part.text).join(''))} names no date, so it does not say which commit it is.`,
    );
  }
  if (found.length > 1) return severalPlaces();
  const form = old.text.includes('-') ? date : date.replaceAll('-', '');
  const start = old.part.start + old.index;
  return { file: old.part.file, start, end: start + old.text.length, text: form };
}

function datesIn(text: string): readonly { readonly text: string; readonly index: number }[] {
  return [...text.matchAll(/(?<!\d)(\d{4})(-?)(\d{2})\2(\d{2})(?!\d)/g)]
    .filter(([, year, , month, day]) => isDay(`${year}-${month}-${day}`))
    .map((match) => ({ text: match[0], index: match.index }));
}

function replacement(part: LiteralPart, text: string): Replacement {
  return { file: part.file, start: part.start, end: part.end, text };
}

function isSame(one: LiteralPart | undefined, other: LiteralPart): boolean {
  return one !== undefined && one.file === other.file && one.start === other.start && one.end === other.end;
}

/** The version, not as a part of a longer number: `1.2` is not in `11.2`, nor in `1.23`. */
function holds(text: string, version: string): boolean {
  return occurrences(text, version).length > 0;
}

function occurrences(text: string, version: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(version); at >= 0; at = text.indexOf(version, at + 1)) {
    const apart = !/[0-9]$/.test(text.slice(0, at)) || !/^[0-9]/.test(version);
    const ends = !/^[0-9]/.test(text.slice(at + version.length)) || !/[0-9]$/.test(version);
    if (apart && ends) found.push(at);
  }
  return found;
}

function severalPlaces(): Refused {
  return refused('several-places', 'The version stands in several places, and nothing says which of them to change.');
}

function otherShape(literals: readonly LiteralPart[], wanted: string): Refused {
  const now = literals.map((part) => part.text).join('');
  return refused(
    'tag-other-shape',
    `${shown(wanted)} has another shape than ${shown(now)}, which the derivation builds.`,
  );
}
