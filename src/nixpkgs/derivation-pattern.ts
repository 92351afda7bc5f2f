import type { Part, StringValue } from '../nix/evaluate/values.js';

type Literal = Part & { readonly kind: 'literal' };

/** How tags or URLs are read, as the derivation's own expression says; or what keeps it from saying so. */
export type PatternOutcome =
  | { readonly outcome: 'pattern'; readonly pattern: string }
  | { readonly outcome: 'computed'; readonly name: string }
  /** The version is put together from several literals of the file. */
  | { readonly outcome: 'several' }
  | { readonly outcome: 'unrelated' };

/**
 * The pattern that a derivation's revision (or URL) gives: the characters that it shares with the version become
 * `{version}`; a revision that is written out beside the version has it in place of the version's own text.
 */
export function patternOf(version: StringValue, revision: StringValue): PatternOutcome {
  const own = ownVersion(version);
  const computed = revision.parts.find((part) => part.kind !== 'literal');
  if (computed !== undefined) return { outcome: 'computed', name: computed.name };
  if (revision.parts.some((part) => isShared(part, own))) {
    if (own.length > 1) return { outcome: 'several' };
    return pattern(revision.parts.map((part) => placeholder(part, own)).join(''));
  }
  return writtenOut(ownText(version), revision);
}

/** The driver's own version as text: without the kernel, and without what joins the two. */
export function ownText(version: StringValue): string {
  return ownVersion(version)
    .map((part) => part.text)
    .join('');
}

/** The literal parts that carry the driver's own version; hyphens that only join them to an unknown part are cut off. */
export function ownVersion(version: StringValue): readonly Literal[] {
  const { parts } = version;
  return parts.flatMap((part, index) => {
    if (part.kind !== 'literal') return [];
    const before = meetsUnknown(parts, index, -1) ? (/^[-_+.~]+/.exec(part.text)?.[0].length ?? 0) : 0;
    const behind = meetsUnknown(parts, index, 1) ? (/[-_+.~]+$/.exec(part.text.slice(before))?.[0].length ?? 0) : 0;
    const text = part.text.slice(before, part.text.length - behind);
    const origin = { ...part.origin, start: part.origin.start + before, end: part.origin.end - behind };
    return text === '' ? [] : [{ ...part, text, origin }];
  });
}

function meetsUnknown(parts: readonly Part[], index: number, step: -1 | 1): boolean {
  const neighbour = parts[index + step];
  if (neighbour === undefined) return false;
  if (neighbour.kind !== 'literal') return true;
  return /^[-_+.~]+$/.test(neighbour.text) && meetsUnknown(parts, index + step, step);
}

function isShared(part: Part, own: readonly Literal[]): part is Literal {
  return part.kind === 'literal' && own.some((other) => overlaps(part, other));
}

function overlaps(one: Literal, other: Literal): boolean {
  const [left, right] = [one.origin, other.origin];
  return left.file === right.file && left.start < right.end && right.start < left.end;
}

function placeholder(part: Part, own: readonly Literal[]): string {
  if (part.kind === 'opaque') return '';
  if (part.kind === 'literal' && /kernel/i.test(part.origin.binding ?? '')) return '{kernel}';
  if (!isShared(part, own)) return part.text;
  return twoAxes.test(part.text) ? '{kernel}-v{version}' : '{version}';
}

/** `6.8-v1.0`: the kernel that a release was made on, then the driver's own version (scarlett-gen2). */
const twoAxes = /^\d+\.\d+(?:\.\d+)?(?:-rc\d+)?-v\d[\w.]*$/;

function writtenOut(version: string, revision: StringValue): PatternOutcome {
  const text = revision.parts.map((part) => (part.kind === 'opaque' ? '' : part.text)).join('');
  const places = version === '' ? [] : occurrences(text, version);
  const [place] = places;
  if (place === undefined || places.length > 1) return { outcome: 'unrelated' };
  const slot = twoAxes.test(version) ? '{kernel}-v{version}' : '{version}';
  return pattern(text.slice(0, place) + slot + text.slice(place + version.length));
}

/** Where the version stands in a text, but not as a part of a longer one: `1.2` is not in `1.2.3`, `11.2` or `1.2-rc1`. */
function occurrences(text: string, version: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(version); at !== -1; at = text.indexOf(version, at + 1)) {
    const begins = !/\d\.?$/.test(text.slice(0, at));
    const ends = !/^(?:\.?\d|[a-z]|[-._]?(?:alpha|beta|pre|rc|test))/i.test(text.slice(at + version.length));
    if (begins && ends) found.push(at);
  }
  return found;
}

function pattern(text: string): PatternOutcome {
  const bare = text.replace(/^refs\/tags\//, '');
  return {
    outcome: 'pattern',
    pattern: bare.replace(/(?<![\d.])\d+\.\d+(?:\.\d+)?(?:-rc\d+)?-v\{version\}/, '{kernel}-v{version}'),
  };
}
