import { childrenOf } from './children.js';
import type { Expression, NixFile, Node } from './tree.js';

/** The file's text again, byte for byte: every node's own text, and what stands between them. */
export function print(file: NixFile): string {
  return withinFile(
    file,
    printNode(file.text, file.root, (_node, text) => text),
  );
}

/**
 * The same expression with parentheses around every compound part, so that nothing depends on precedence:
 * Nix must read it exactly as it reads the original.
 */
export function printParenthesised(file: NixFile): string {
  return withinFile(file, printNode(file.text, file.root, parenthesise));
}

function withinFile(file: NixFile, root: string): string {
  return file.text.slice(0, file.root.start) + root + file.text.slice(file.root.end);
}

type Decorate = (node: Node, text: string) => string;

function printNode(text: string, node: Node, decorate: Decorate): string {
  const children = childrenOf(node);
  if (decorate !== parenthesise || node.type !== 'operation') {
    return decorate(
      node,
      printBetween(text, node, children, (child) => printNode(text, child, decorate)),
    );
  }
  const opening = '('.repeat(node.operators.length);
  const closing = ')'.repeat(node.operators.length);
  if (node.grouping === 'right') {
    return `${printBetween(text, node, children, (child, index) => {
      const operand = printNode(text, child, decorate);
      return index < node.operators.length ? `(${operand}` : operand;
    })}${closing}`;
  }
  return `${opening}${printBetween(text, node, children, (child, index) => {
    const operand = printNode(text, child, decorate);
    return index === 0 ? operand : `${operand})`;
  })}`;
}

/** The text of a node with each child printed in its place. */
function printBetween(
  text: string,
  node: Node,
  children: readonly Node[],
  printChild: (child: Node, index: number) => string,
): string {
  const pieces: string[] = [];
  let at = node.start;
  children.forEach((child, index) => {
    pieces.push(text.slice(at, child.start), printChild(child, index));
    at = child.end;
  });
  pieces.push(text.slice(at, node.end));
  return pieces.join('');
}

const compound = new Set<Node['type']>([
  'let',
  'with',
  'assert',
  'if',
  'lambda',
  'application',
  'selection',
  'has-attribute',
  'prefixed',
] satisfies Expression['type'][]);

function parenthesise(node: Node, text: string): string {
  return compound.has(node.type) ? `(${text})` : text;
}
