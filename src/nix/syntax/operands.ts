import { readAttributePath } from './bindings.js';
import type { Cursor } from './cursor.js';
import type { Readers } from './readers.js';
import { readIndented, readPath, readQuoted } from './strings.js';
import type { Expression, Literal } from './tree.js';

/** A function with its arguments, or a single operand. */
export function readOperand(cursor: Cursor, readers: Readers): Expression {
  const first = readSelection(cursor, readers) ?? cursor.unexpected('an expression');
  const rest: Expression[] = [];
  for (let next = readSelection(cursor, readers); next !== null; next = readSelection(cursor, readers)) rest.push(next);
  if (rest.length === 0) return first;
  return { type: 'application', start: first.start, end: cursor.previousEnd, function: first, arguments: rest };
}

/** `target`, `target.path`, `target.path or fallback`; null where no operand begins. */
function readSelection(cursor: Cursor, readers: Readers): Expression | null {
  const target = readSimple(cursor, readers);
  if (target === null) return null;
  const start = target.start;
  if (cursor.accept('.')) {
    const path = readAttributePath(cursor, readers.readExpression);
    const fallback = cursor.accept('or') ? cursor.nested(() => readFallback(cursor, readers)) : null;
    return { type: 'selection', start, end: cursor.previousEnd, target, path, fallback };
  }
  const or = cursor.accept('or');
  if (or === null) return target;
  const variable = { type: 'variable', start: or.start, end: or.end, name: 'or' } as const;
  return { type: 'application', start, end: or.end, function: target, arguments: [variable] };
}

function readFallback(cursor: Cursor, readers: Readers): Expression {
  return readSelection(cursor, readers) ?? cursor.unexpected('a default after "or"');
}

function readSimple(cursor: Cursor, readers: Readers): Expression | null {
  const { kind, start, end, text } = cursor.token;
  switch (kind) {
    case 'identifier':
      cursor.advance();
      return { type: 'variable', start, end, name: text };
    case 'integer':
    case 'float':
    case 'uri':
    case 'search-path':
      return readLiteral(cursor, kind);
    case 'quote':
      return cursor.nested(() => readQuoted(cursor, readers.readExpression));
    case 'indented-quote':
      return cursor.nested(() => readIndented(cursor, readers.readExpression));
    case 'path':
      return cursor.nested(() => readPath(cursor, readers.readExpression));
    default:
      return readBracketed(cursor, readers);
  }
}

function readLiteral(cursor: Cursor, type: Literal['type']): Literal {
  const { start, end, text } = cursor.advance();
  if (type === 'integer' && BigInt(text) > 9223372036854775807n) cursor.fail(`integer ${text} is too large`, start);
  if (type === 'float' && !representable(text)) cursor.fail(`number ${text} cannot be represented`, start);
  return { type, start, end, text };
}

function representable(text: string): boolean {
  const value = Number(text);
  return Number.isFinite(value) && (value !== 0 || !/[1-9]/.test(text.replace(/[Ee].*/, '')));
}

function readBracketed(cursor: Cursor, readers: Readers): Expression | null {
  const start = cursor.token.start;
  if (cursor.accept('(')) {
    const expression = readers.readExpression(cursor);
    cursor.expect(')');
    return { type: 'parenthesised', start, end: cursor.previousEnd, expression };
  }
  if (cursor.accept('[')) return cursor.nested(() => readList(cursor, start, readers));
  if (cursor.at('{') || cursor.accept('rec')) return cursor.nested(() => readSet(cursor, start, readers));
  if (!cursor.accept('let')) return null;
  cursor.expect('{');
  const bindings = cursor.nested(() => readers.readBindings(cursor));
  cursor.expect('}');
  return { type: 'legacy-let', start, end: cursor.previousEnd, bindings };
}

function readList(cursor: Cursor, start: number, readers: Readers): Expression {
  const items: Expression[] = [];
  for (let item = readSelection(cursor, readers); item !== null; item = readSelection(cursor, readers))
    items.push(item);
  cursor.expect(']');
  return { type: 'list', start, end: cursor.previousEnd, items };
}

function readSet(cursor: Cursor, start: number, readers: Readers): Expression {
  const open = cursor.expect('{');
  const bindings = readers.readBindings(cursor);
  cursor.expect('}');
  return { type: 'set', start, end: cursor.previousEnd, recursive: open.start !== start, bindings };
}
