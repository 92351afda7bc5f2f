import type { Cursor } from './cursor.js';
import type { Binding, Expression } from './tree.js';

/** What operands need of the rooms above them: handed down, so that the files form no circle. */
export interface Readers {
  readonly readExpression: (cursor: Cursor) => Expression;
  readonly readBindings: (cursor: Cursor) => Binding[];
}
