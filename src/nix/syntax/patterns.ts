import type { Cursor } from './cursor.js';
import type { Expression, Formal, PatternParameter } from './tree.js';

/** `{ a, b ? 1, ... }` with an `@name` on one of its sides. */
export function readPattern(cursor: Cursor, readExpression: (cursor: Cursor) => Expression): PatternParameter {
  const start = cursor.token.start;
  const before = readAliasBefore(cursor);
  cursor.expect('{');
  const formals: Formal[] = [];
  let ellipsis = false;
  while (!cursor.at('}') && !ellipsis) {
    ellipsis = cursor.accept('...') !== null;
    if (!ellipsis) formals.push(readFormal(cursor, readExpression));
    if (ellipsis || !cursor.accept(',')) break;
  }
  cursor.expect('}');
  const alias = before ?? readAliasAfter(cursor);
  refuseDuplicates(cursor, formals, alias);
  return { type: 'pattern', start, end: cursor.previousEnd, formals, ellipsis, alias };
}

function readFormal(cursor: Cursor, readExpression: (cursor: Cursor) => Expression): Formal {
  const start = cursor.token.start;
  const name = readName(cursor, 'the name of an argument');
  const fallback = cursor.accept('?') ? readExpression(cursor) : null;
  return { type: 'formal', start, end: cursor.previousEnd, name, fallback };
}

function readAliasBefore(cursor: Cursor): string | null {
  if (cursor.token.kind !== 'identifier') return null;
  const name = cursor.advance().text;
  cursor.expect('@');
  return name;
}

function readAliasAfter(cursor: Cursor): string | null {
  return cursor.accept('@') ? readName(cursor, 'a name after "@"') : null;
}

function readName(cursor: Cursor, expected: string): string {
  return cursor.token.kind === 'identifier' ? cursor.advance().text : cursor.unexpected(expected);
}

function refuseDuplicates(cursor: Cursor, formals: readonly Formal[], alias: string | null): void {
  const seen = new Set(alias === null ? [] : [alias]);
  for (const formal of formals) {
    if (seen.has(formal.name)) cursor.fail(`argument "${formal.name}" is named twice`, formal.start);
    seen.add(formal.name);
  }
}
