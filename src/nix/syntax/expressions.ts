import { readBindings, readLetBindings } from './bindings.js';
import { type Cursor, isWord } from './cursor.js';
import { readOperation } from './operators.js';
import { readPattern } from './patterns.js';
import type { Expression, Lambda, Parameter } from './tree.js';

/** Any expression; functions, `let`, `with`, `assert` and `if` stand only here, never as an operand. */
export function readExpression(cursor: Cursor): Expression {
  return cursor.nested(() => readKeywordExpression(cursor) ?? readLambda(cursor) ?? readOperation(cursor, readers));
}

const readers = { readExpression, readBindings: (cursor: Cursor) => readBindings(cursor, readExpression) };

function readKeywordExpression(cursor: Cursor): Expression | null {
  if (cursor.token.kind !== 'keyword') return null;
  const start = cursor.token.start;
  if (cursor.accept('assert')) {
    const condition = readExpression(cursor);
    cursor.expect(';');
    const body = readExpression(cursor);
    return { type: 'assert', start, end: body.end, condition, body };
  }
  if (cursor.accept('with')) {
    const scope = readExpression(cursor);
    cursor.expect(';');
    const body = readExpression(cursor);
    return { type: 'with', start, end: body.end, scope, body };
  }
  if (cursor.accept('if')) return readConditional(cursor, start);
  if (cursor.at('let') && !isWord(cursor.after(cursor.token), '{')) return readLet(cursor, start);
  return null;
}

function readConditional(cursor: Cursor, start: number): Expression {
  const condition = readExpression(cursor);
  cursor.expect('then');
  const consequent = readExpression(cursor);
  cursor.expect('else');
  const alternative = readExpression(cursor);
  return { type: 'if', start, end: alternative.end, condition, consequent, alternative };
}

function readLet(cursor: Cursor, start: number): Expression {
  cursor.expect('let');
  const bindings = readLetBindings(cursor, readExpression);
  cursor.expect('in');
  const body = readExpression(cursor);
  return { type: 'let', start, end: body.end, bindings, body };
}

function readLambda(cursor: Cursor): Lambda | null {
  const parameter = readParameter(cursor);
  if (parameter === null) return null;
  cursor.expect(':');
  const body = readExpression(cursor);
  return { type: 'lambda', start: parameter.start, end: body.end, parameter, body };
}

/** Decides by looking ahead: up to three tokens tell a pattern from an attribute set. */
function readParameter(cursor: Cursor): Parameter | null {
  const first = cursor.token;
  if (first.kind === 'identifier') {
    const second = cursor.after(first);
    if (isWord(second, '@')) return readPattern(cursor, readExpression);
    if (!isWord(second, ':')) return null;
    cursor.advance();
    return { type: 'name', start: first.start, end: first.end, name: first.text };
  }
  return isWord(first, '{') && opensPattern(cursor) ? readPattern(cursor, readExpression) : null;
}

function opensPattern(cursor: Cursor): boolean {
  const second = cursor.after(cursor.token);
  if (isWord(second, '...')) return true;
  if (isWord(second, '}')) return [':', '@'].some((word) => isWord(cursor.after(second), word));
  if (second.kind !== 'identifier') return false;
  const third = cursor.after(second);
  return [',', '?', '}'].some((word) => isWord(third, word));
}
