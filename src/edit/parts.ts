import { nameOf, type Value } from '../nix/evaluate/values.js';

/**
 * An evaluated string as the edit sees it: literal characters, each run with its place in a file, between pieces whose value
 * is not known (`kernel.version`).
 */
export interface LiteralPart {
  readonly type: 'literal';
  readonly text: string;
  readonly file: string;
  /** Where these very characters stand, `[start, end)`. */
  readonly start: number;
  readonly end: number;
}

export interface OpaquePart {
  readonly type: 'opaque';
  /** As a person would name it: `kernel.version`. */
  readonly name: string;
}

export type Part = LiteralPart | OpaquePart;

/**
 * The parts of an evaluated value. Text that a function made, or that is written with escapes, cannot be written back: it
 * counts as unknown.
 */
export function partsOf(value: Value): readonly Part[] {
  if (value.type !== 'string') return [{ type: 'opaque', name: nameOf(value) }];
  return value.parts.map((part): Part => {
    if (part.kind !== 'literal') return { type: 'opaque', name: part.name };
    const { file, start, end, exact } = part.origin;
    return exact
      ? { type: 'literal', text: part.text, file, start, end }
      : { type: 'opaque', name: 'text with escapes' };
  });
}

/** The driver's own version: without the kernel, and without what joins the two. */
export function ownText(parts: readonly Part[]): string {
  return ownParts(parts)
    .map((part) => part.text)
    .join('');
}

const joinsBefore = /^[-_+.~]+/;
const joinsBehind = /[-_+.~]+$/;

/**
 * The literal parts that carry the driver's own version: what only joins it to a kernel (`-`) is cut off, and a part that
 * does nothing else is left out. Runs on both sides of a kernel stay apart.
 */
export function ownParts(parts: readonly Part[]): readonly LiteralPart[] {
  return parts.flatMap((part, index) => {
    if (part.type === 'opaque') return [];
    const before = isOpaqueBeyond(parts, index, -1) ? (joinsBefore.exec(part.text)?.[0].length ?? 0) : 0;
    const rest = part.text.slice(before);
    const behind = isOpaqueBeyond(parts, index, 1) ? (joinsBehind.exec(rest)?.[0].length ?? 0) : 0;
    const text = rest.slice(0, rest.length - behind);
    const start = part.start + before;
    return text === '' ? [] : [{ ...part, text, start, end: start + text.length }];
  });
}

/** Whether an opaque part follows on that side, with nothing but joining characters between. */
function isOpaqueBeyond(parts: readonly Part[], index: number, step: -1 | 1): boolean {
  const neighbour = parts[index + step];
  if (neighbour === undefined) return false;
  if (neighbour.type === 'opaque') return true;
  return /^[-_+.~]+$/.test(neighbour.text) && isOpaqueBeyond(parts, index + step, step);
}

export function isLiteral(part: Part): part is LiteralPart {
  return part.type === 'literal';
}

/** Whether two parts are written by the same characters of the same file, at least in part. */
export function overlap(one: LiteralPart, other: LiteralPart): boolean {
  return one.file === other.file && one.start < other.end && other.start < one.end;
}
