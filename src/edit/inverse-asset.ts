import { type Refused, refused } from '../outcome.js';
import { joined, type Segment } from '../release/segments.js';
import type { Replacement } from './edit.js';
import type { Written } from './inverse.js';
import { shown } from './names.js';
import { isLiteral, type LiteralPart } from './parts.js';

/** The address of one asset and of the next, cut alike: kernel and version stand in each, possibly more than once. */
export interface AssetMove {
  readonly from: readonly Segment[];
  readonly to: readonly Segment[];
}

/**
 * What to write so that the download is exactly the next asset: every kernel and version where its own characters stand,
 * be it in the URL or in a binding that the URL reads, and plain text of the name that changed. The tag's kernel and the
 * asset's are two things: one binding that both read is refused unless it may have one value.
 */
export function invertAsset(written: Written, move: AssetMove): readonly Replacement[] | Refused {
  const { from, to } = move;
  const literals = written.revision.filter(isLiteral);
  const computed = written.revision.find((part) => part.type === 'opaque');
  if (computed !== undefined) {
    return refused('revision-computed', `The URL depends on ${computed.name}, so no asset's name can be read from it.`);
  }
  if (literals.map(({ text }) => text).join('') !== joined(from) || !isCutAlike(move)) {
    return refused(
      'tag-other-shape',
      `${shown(joined(to))} has another shape than ${shown(joined(from))}, which the derivation downloads.`,
    );
  }
  const changes: Change[] = [];
  let at = 0;
  for (const [index, segment] of from.entries()) {
    const next = to[index]?.text ?? '';
    const place = placeOf(literals, at, segment.text);
    at += segment.text.length;
    // Plain text that stays may be written in any way; a kernel or version is looked at even if it stays.
    if (segment.slot === null && segment.text === next) continue;
    if (place === null) return severalPlaces(segment.text);
    changes.push({ ...place, before: segment.text, text: next });
  }
  const own = ownVersion(written.version, changes, move);
  if ('outcome' in own) return own;
  return withoutRepeats([...changes, ...own]);
}

/** A replacement that still knows what it replaces. */
type Change = Replacement & { readonly before: string };

function isCutAlike({ from, to }: AssetMove): boolean {
  return from.length === to.length && from.every(({ slot }, index) => slot === to[index]?.slot);
}

/** Where these characters of the address are written; null when they are written in pieces. */
function placeOf(literals: readonly LiteralPart[], at: number, text: string): Omit<Replacement, 'text'> | null {
  let from = 0;
  for (const part of literals) {
    const within = at - from;
    if (within >= 0 && within + text.length <= part.text.length) {
      const start = part.start + within;
      return { file: part.file, start, end: start + text.length };
    }
    from += part.text.length;
  }
  return null;
}

/** The derivation's own version: the URL reads it and nothing is left to do, or it is written out and changes beside it. */
function ownVersion(
  own: readonly LiteralPart[],
  changes: readonly Change[],
  { from, to }: AssetMove,
): readonly Change[] | Refused {
  if (own.some((part) => changes.some((change) => overlaps(part, change)))) return [];
  const [part, more] = own;
  if (part === undefined || more !== undefined) return severalPlaces(own.map(({ text }) => text).join(''));
  const next = from.findLast(({ slot, text }) => slot !== null && text === part.text);
  const index = next === undefined ? -1 : from.lastIndexOf(next);
  const text = to[index]?.text;
  if (next?.slot === 'kernel' || text === undefined) {
    return refused(
      'version-not-in-revision',
      `The address does not hold the version ${shown(part.text)}: nothing says what the next one is.`,
    );
  }
  return [{ file: part.file, start: part.start, end: part.end, before: part.text, text }];
}

/** One place that is read more than once gets one text, and what keeps its text is no change. */
function withoutRepeats(changes: readonly Change[]): readonly Replacement[] | Refused {
  const kept: Change[] = [];
  for (const change of changes) {
    const same = kept.find((other) => overlaps(other, change));
    if (same === undefined) {
      kept.push(change);
      continue;
    }
    if (same.start === change.start && same.end === change.end && same.text === change.text) continue;
    return refused(
      'several-places',
      `One place of the file would have to read ${shown(same.text)} and ${shown(change.text)}: give the tag and the asset a binding each.`,
    );
  }
  return kept
    .filter(({ before, text }) => before !== text)
    .map(({ file, start, end, text }) => ({ file, start, end, text }));
}

function overlaps(one: Omit<Replacement, 'text'>, other: Omit<Replacement, 'text'>): boolean {
  return one.file === other.file && one.start < other.end && other.start < one.end;
}

function severalPlaces(text: string): Refused {
  return refused('several-places', `${shown(text)} is written in pieces, and nothing says which of them to change.`);
}
