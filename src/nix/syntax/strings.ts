import type { Cursor } from './cursor.js';
import { stripIndentation } from './indentation.js';
import { matchAt } from './lexer.js';
import type { Expression, Interpolation, PathExpression, StringExpression, StringPart, TextPart } from './tree.js';

/** Reads the expression between the braces of an interpolation. */
type ReadExpression = (cursor: Cursor) => Expression;

const quotedRun = /[^$"\\]+/y;
const indentedRun = /[^$']+/y;
const pathRun = /[a-zA-Z0-9._+/-]+/y;

/** A string `"…"`; the cursor stands on its opening quote. */
export function readQuoted(cursor: Cursor, readExpression: ReadExpression): StringExpression {
  const start = cursor.token.start;
  const parts: StringPart[] = [];
  let at = cursor.token.end;
  for (;;) {
    const end = quotedTextEnd(cursor.text, at);
    if (end > at) {
      parts.push({ type: 'text', start: at, end, value: resolveEscapes(cursor.text.slice(at, end)) });
      at = end;
    } else if (cursor.text.startsWith('${', at)) {
      const part = readInterpolation(cursor, at, readExpression);
      parts.push(part);
      at = part.end;
    } else if (cursor.text[at] === '"') {
      cursor.resumeAt(at + 1);
      return { type: 'string', form: 'quoted', start, end: at + 1, parts };
    } else {
      cursor.fail('string is never closed', start);
    }
  }
}

/** Past ordinary characters, escapes, and dollars that begin no interpolation: `$$` hides the brace after it. */
function quotedTextEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    at += matchAt(quotedRun, text, at)?.length ?? 0;
    const next = text[at + 1];
    if (next === undefined) return at;
    if (text[at] === '\\') at += 2;
    else if (text[at] !== '$' || next === '{') return at;
    else at += next === '"' || next === '\\' ? 1 : 2;
  }
}

/** A string `''…''`; the cursor stands on its opening quotes. */
export function readIndented(cursor: Cursor, readExpression: ReadExpression): StringExpression {
  const start = cursor.token.start;
  const pieces: ((TextPart & { escaped: boolean }) | Interpolation)[] = [];
  let at = cursor.token.end + (matchAt(/ *\n/y, cursor.text, cursor.token.end)?.length ?? 0);
  for (;;) {
    const piece = readIndentedPiece(cursor, at, readExpression);
    if (piece === 'closed') {
      cursor.resumeAt(at + 2);
      return { type: 'string', form: 'indented', start, end: at + 2, parts: stripIndentation(pieces) };
    }
    if (piece === null) cursor.fail('string is never closed', start);
    pieces.push(piece);
    at = piece.end;
  }
}

function readIndentedPiece(cursor: Cursor, at: number, readExpression: ReadExpression) {
  const text = cursor.text;
  const plainEnd = indentedTextEnd(text, at);
  const piece = (length: number, value: string, escaped: 'escaped' | 'plain') =>
    ({ type: 'text', start: at, end: at + length, value, escaped: escaped === 'escaped' }) as const;
  if (plainEnd > at) return piece(plainEnd - at, text.slice(at, plainEnd), 'plain');
  if (text.startsWith('${', at)) return readInterpolation(cursor, at, readExpression);
  if (text[at] === '$') return piece(1, '$', 'escaped');
  if (text[at] !== "'") return null;
  if (text[at + 1] !== "'") return text[at + 1] === undefined ? null : piece(1, "'", 'escaped');
  if (text[at + 2] === "'") return piece(3, "''", 'escaped');
  if (text[at + 2] === '$') return piece(3, '$', 'escaped');
  if (text[at + 2] !== '\\' || text[at + 3] === undefined) return 'closed';
  return piece(4, resolveEscapes(text.slice(at + 2, at + 4)), 'escaped');
}

/** Past ordinary characters, and single quotes and dollars that begin nothing. */
function indentedTextEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    at += matchAt(indentedRun, text, at)?.length ?? 0;
    const next = text[at + 1];
    if (next === undefined) return at;
    const special = text[at] === '$' ? next === '{' || next === "'" : next === "'" || next === '$';
    if (special) return at;
    at += 2;
  }
}

/** A path; the cursor stands on the token that begins it. */
export function readPath(cursor: Cursor, readExpression: ReadExpression): PathExpression {
  const start = cursor.token.start;
  const parts: StringPart[] = [];
  let at = start;
  for (;;) {
    const tilde = at === start && cursor.text[at] === '~' ? 1 : 0;
    const end = at + tilde + (matchAt(pathRun, cursor.text, at + tilde)?.length ?? 0);
    if (end > at) parts.push({ type: 'text', start: at, end, value: cursor.text.slice(at, end) });
    at = end;
    if (!cursor.text.startsWith('${', at)) break;
    const part = readInterpolation(cursor, at, readExpression);
    parts.push(part);
    at = part.end;
  }
  refuseDoubledSlashes(cursor, start, parts);
  if (cursor.text[at - 1] === '/') cursor.fail('path has a trailing slash', at - 1);
  cursor.resumeAt(at);
  return { type: 'path', start, end: at, parts };
}

/** Nix's grammar takes one doubled slash, and only before the first interpolation. */
function refuseDoubledSlashes(cursor: Cursor, start: number, parts: readonly StringPart[]): void {
  const first = parts[0];
  if (first?.type !== 'text') return;
  const doubled = first.value.match(/\/(?=\/)/g)?.length ?? 0;
  if (doubled > (parts.length > 1 ? 1 : 0)) cursor.fail('path has a doubled slash', start);
}

/** `${expression}` at an offset; its closing brace is the last thing that is read. */
function readInterpolation(cursor: Cursor, start: number, readExpression: ReadExpression): Interpolation {
  cursor.resumeAt(start + 2);
  const expression = readExpression(cursor);
  if (!cursor.at('}')) cursor.unexpected('"}" after the interpolated expression');
  return { type: 'interpolation', start, end: cursor.token.end, expression };
}

/** Resolves the escapes of a quoted string; line ends become `\n`, as Nix reads them. */
function resolveEscapes(raw: string): string {
  return raw.replace(/\\([\s\S])|\r\n?/g, (_match, escaped: string | undefined) => {
    if (escaped === undefined) return '\n';
    return escapes.get(escaped) ?? escaped;
  });
}

const escapes = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
