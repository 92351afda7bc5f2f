import { childrenOf } from '../nix/syntax/children.js';
import { parse } from '../nix/syntax/parse.js';
import { NixSyntaxError } from '../nix/syntax/syntax-error.js';
import type { NixFile, Node } from '../nix/syntax/tree.js';
import { type Refused, refused } from '../outcome.js';
import type { FileEdit, Replacement } from './edit.js';
import { applyReplacements } from './rewrite.js';

/**
 * Proves that an edited file differs from the old one in the intended literals alone: it parses, its syntax tree has the
 * same shape with the same nodes at the same (moved) places, and taking the replacements back restores every byte.
 */
export function guardPlaces(edit: FileEdit, changes: readonly Replacement[]): Refused | null {
  const [before, after] = [parsed(edit.before), parsed(edit.after)];
  if (before instanceof NixSyntaxError || after instanceof NixSyntaxError) {
    const error = after instanceof NixSyntaxError ? after : before;
    return refused('guard-syntax', `${edit.path} cannot be read: ${String((error as NixSyntaxError).message)}`);
  }
  const back = takenBack(edit, changes);
  if (applyReplacements(edit.after, back) !== edit.before) {
    return refused('guard-place', `${edit.path} would differ in more than the intended places.`);
  }
  const moved = shape(before.root, (offset) => movedOffset(offset, changes));
  const stray = firstDifference(
    moved,
    shape(after.root, (offset) => offset),
  );
  if (stray === null) return null;
  return refused('guard-place', `${edit.path} would mean something else: ${stray}.`);
}

function parsed(text: string): NixFile | NixSyntaxError {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof NixSyntaxError) return error;
    throw error;
  }
}

/** Replacements that undo `changes` in the edited text. */
function takenBack(edit: FileEdit, changes: readonly Replacement[]): readonly Replacement[] {
  return changes.map((change) => {
    const start = movedOffset(change.start, changes);
    return { ...change, start, end: start + change.text.length, text: edit.before.slice(change.start, change.end) };
  });
}

/** Where an offset of the old text is in the new one. */
function movedOffset(offset: number, changes: readonly Replacement[]): number {
  return changes
    .filter(({ start, end }) => end <= offset && !(start === offset && end === offset))
    .reduce((moved, { start, end, text }) => moved + text.length - (end - start), offset);
}

/** Every node of the tree with its place, in the order of the text. */
function shape(root: Node, move: (offset: number) => number): readonly string[] {
  const nodes: string[] = [];
  const pending: Node[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    nodes.push(`${node.type} at ${move(node.start)}–${move(node.end)}`);
    pending.push(...childrenOf(node));
  }
  return nodes;
}

function firstDifference(expected: readonly string[], found: readonly string[]): string | null {
  const index = expected.findIndex((node, at) => node !== found[at]);
  if (index < 0) return found.length === expected.length ? null : `it has ${found[expected.length]} as well`;
  return `${expected[index]} became ${found[index] ?? 'nothing'}`;
}
