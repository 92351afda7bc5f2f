import { Cursor } from './cursor.js';
import { readExpression } from './expressions.js';
import type { NixFile } from './tree.js';

/**
 * Reads one Nix expression, as a file holds it. Strict: there is no recovery, and what Nix's own parser refuses is
 * refused here (except undefined variables and duplicate attributes, which are no matter of syntax).
 *
 * @throws NixSyntaxError with the 1-based line and column of the first token that does not fit.
 */
export function parse(text: string): NixFile {
  const cursor = new Cursor(text);
  const root = readExpression(cursor);
  if (cursor.token.kind !== 'end') cursor.unexpected('the end of the file');
  return { text, root, comments: cursor.lexer.comments };
}
