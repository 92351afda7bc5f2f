import type { Cursor } from './cursor.js';
import { readQuoted } from './strings.js';
import { type AttributeName, type Binding, type Expression, type Inherit, staticName } from './tree.js';

type ReadExpression = (cursor: Cursor) => Expression;

/** The bindings of an attribute set, up to its closing brace, which stays unread. */
export function readBindings(cursor: Cursor, readExpression: ReadExpression): Binding[] {
  const bindings: Binding[] = [];
  while (!cursor.at('}')) bindings.push(readBinding(cursor, readExpression));
  return bindings;
}

/** The bindings of `let … in`: their names must be known without an evaluation. */
export function readLetBindings(cursor: Cursor, readExpression: ReadExpression): Binding[] {
  const bindings: Binding[] = [];
  while (!cursor.at('in')) {
    const binding = readBinding(cursor, readExpression);
    if (binding.type === 'assignment') refuseDynamic(cursor, binding.path.slice(0, 1), 'let');
    bindings.push(binding);
  }
  return bindings;
}

function readBinding(cursor: Cursor, readExpression: ReadExpression): Binding {
  const start = cursor.token.start;
  if (cursor.accept('inherit')) return readInherit(cursor, start, readExpression);
  const path = readAttributePath(cursor, readExpression);
  cursor.expect('=');
  const value = readExpression(cursor);
  cursor.expect(';');
  return { type: 'assignment', start, end: cursor.previousEnd, path, value };
}

function readInherit(cursor: Cursor, start: number, readExpression: ReadExpression): Inherit {
  let source: Expression | null = null;
  if (cursor.accept('(')) {
    source = readExpression(cursor);
    cursor.expect(')');
  }
  const names: AttributeName[] = [];
  while (!cursor.at(';')) names.push(readAttributeName(cursor, readExpression));
  refuseDynamic(cursor, names, 'inherit');
  cursor.expect(';');
  return { type: 'inherit', start, end: cursor.previousEnd, source, names };
}

/** `a."b c".${d}` */
export function readAttributePath(cursor: Cursor, readExpression: ReadExpression): AttributeName[] {
  const path = [readAttributeName(cursor, readExpression)];
  while (cursor.accept('.')) path.push(readAttributeName(cursor, readExpression));
  return path;
}

function readAttributeName(cursor: Cursor, readExpression: ReadExpression): AttributeName {
  const start = cursor.token.start;
  if (cursor.token.kind === 'identifier' || cursor.at('or')) {
    const name = cursor.advance();
    return { type: 'identifier-name', start, end: name.end, name: name.text };
  }
  if (cursor.token.kind === 'quote') {
    const string = readQuoted(cursor, readExpression);
    return { type: 'string-name', start, end: string.end, string };
  }
  if (!cursor.accept('${')) cursor.unexpected('the name of an attribute');
  const expression = readExpression(cursor);
  cursor.expect('}');
  return { type: 'dynamic-name', start, end: cursor.previousEnd, expression };
}

function refuseDynamic(cursor: Cursor, names: readonly AttributeName[], place: string): void {
  const dynamic = names.find((name) => staticName(name) === null && !isQuotedText(name));
  if (dynamic !== undefined) cursor.fail(`dynamic attribute in ${place}`, dynamic.start);
}

/** `${"text"}`, which Nix reads like `"text"`. */
function isQuotedText(name: AttributeName): boolean {
  if (name.type !== 'dynamic-name' || name.expression.type !== 'string') return false;
  return name.expression.parts.every((part) => part.type === 'text');
}
