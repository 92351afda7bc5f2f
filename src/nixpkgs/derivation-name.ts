import type { Part, StringValue } from '../nix/evaluate/values.js';

type Literal = Part & { readonly kind: 'literal' };

/**
 * The version inside `name = "driver-${version}-${kernel.version}"`, for derivations without a `version`: the part that
 * stands elsewhere and looks like a version, first of all one that is a part of the revision too.
 */
export function versionOfName(name: StringValue, revision: StringValue | null): StringValue | null {
  const literals = name.parts.filter((part): part is Literal => part.kind === 'literal');
  const elsewhere = literals.filter((part) => !isInside(part, name));
  const shared = elsewhere.filter((part) => revision?.parts.some((other) => sameCharacters(part, other)));
  const looksRight = (part: Literal) => /^v?\d|^unstable-/.test(part.text);
  const version = shared.find(looksRight) ?? elsewhere.find(looksRight) ?? shared[0];
  if (version !== undefined) return { type: 'string', parts: [version], place: null };
  return writtenOut(literals);
}

function isInside(part: Literal, name: StringValue): boolean {
  const { place } = name;
  return (
    place !== null &&
    part.origin.file === place.file &&
    part.origin.start >= place.start &&
    part.origin.end <= place.end
  );
}

function sameCharacters(one: Literal, other: Part): boolean {
  return other.kind === 'literal' && other.origin.file === one.origin.file && other.origin.start === one.origin.start;
}

/** `name = "driver-1.2-${kernel.version}"` */
function writtenOut(literals: readonly Literal[]): StringValue | null {
  for (const part of literals) {
    const found = /-(v?\d[^-]*(?:-\d[^-]*)*|unstable-\d{4}-\d\d-\d\d)-?$/.exec(part.text);
    const text = found?.[1];
    if (found === null || text === undefined || !part.origin.exact) continue;
    const start = part.origin.start + found.index + 1;
    const origin = { ...part.origin, start, end: start + text.length };
    return { type: 'string', place: null, parts: [{ kind: 'literal', text, origin }] };
  }
  return null;
}
