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

interface OpaquePart {
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

export function isLiteral(part: Part): part is LiteralPart {
  return part.type === 'literal';
}

/** Whether two parts are written by the same characters of the same file, at least in part. */
export function overlap(one: LiteralPart, other: LiteralPart): boolean {
  return one.file === other.file && one.start < other.end && other.start < one.end;
}
