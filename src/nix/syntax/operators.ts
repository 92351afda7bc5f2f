import { readAttributePath } from './bindings.js';
import type { Cursor } from './cursor.js';
import { readOperand } from './operands.js';
import type { Readers } from './readers.js';
import type { BinaryOperator, Expression } from './tree.js';

/** Binary operators from the loosest to the tightest; the table of the Nix manual, "Operators". */
const levels: readonly { readonly grouping: 'left' | 'right' | 'none'; readonly operators: readonly string[] }[] = [
  { grouping: 'right', operators: ['->'] },
  { grouping: 'left', operators: ['||'] },
  { grouping: 'left', operators: ['&&'] },
  { grouping: 'none', operators: ['==', '!='] },
  { grouping: 'none', operators: ['<', '>', '<=', '>='] },
  { grouping: 'right', operators: ['//'] },
  { grouping: 'none', operators: [] },
  { grouping: 'left', operators: ['+', '-'] },
  { grouping: 'left', operators: ['*', '/'] },
  { grouping: 'right', operators: ['++'] },
];
/** `!` binds looser than arithmetic: `!a + b` is `!(a + b)`. */
const levelOfNot = 6;
/** `a ? b ? c` nests to the left, without parentheses to count; nobody writes more than one. */
const longestHasAttribute = 100;
const levelOf = new Map(levels.flatMap((level, index) => level.operators.map((operator) => [operator, index])));

export function readOperation(cursor: Cursor, readers: Readers): Expression {
  const expression = readFrom(cursor, 0, readers);
  if (cursor.at('|>') || cursor.at('<|')) {
    cursor.fail('pipe operators are an experimental feature, which Nix refuses by default', cursor.token.start);
  }
  return expression;
}

/** An operation of the given level or a tighter one. */
function readFrom(cursor: Cursor, lowest: number, readers: Readers): Expression {
  let expression = readPrefixed(cursor, readers);
  for (let level = levelAt(cursor); level !== null && level >= lowest; level = levelAt(cursor)) {
    expression = readChain(cursor, expression, level, readers);
  }
  return expression;
}

function readChain(cursor: Cursor, first: Expression, level: number, readers: Readers): Expression {
  const grouping = levels[level]?.grouping ?? 'none';
  const operators: BinaryOperator[] = [];
  const operands = [first];
  while (levelAt(cursor) === level) {
    if (grouping === 'none' && operators.length > 0) cursor.fail('comparisons cannot be chained', cursor.token.start);
    operators.push(cursor.advance().text as BinaryOperator);
    operands.push(readFrom(cursor, level + 1, readers));
  }
  const end = operands.at(-1)?.end ?? first.end;
  return {
    type: 'operation',
    start: first.start,
    end,
    grouping: grouping === 'right' ? 'right' : 'left',
    operators,
    operands,
  };
}

function levelAt(cursor: Cursor): number | null {
  return cursor.token.kind === 'punctuation' ? (levelOf.get(cursor.token.text) ?? null) : null;
}

function readPrefixed(cursor: Cursor, readers: Readers): Expression {
  const start = cursor.token.start;
  if (cursor.accept('!')) {
    const operand = cursor.nested(() => readFrom(cursor, levelOfNot, readers));
    return { type: 'prefixed', start, end: operand.end, operator: '!', operand };
  }
  return readHasAttribute(cursor, readers);
}

/** `target ? path`, which binds tighter than every binary operator and looser than the minus sign. */
function readHasAttribute(cursor: Cursor, readers: Readers): Expression {
  let target = readNegated(cursor, readers);
  for (let chained = 0; cursor.accept('?'); chained += 1) {
    if (chained === longestHasAttribute) cursor.fail('too many "?" in a row', cursor.previousEnd - 1);
    const path = readAttributePath(cursor, readers.readExpression);
    target = { type: 'has-attribute', start: target.start, end: cursor.previousEnd, target, path };
  }
  return target;
}

function readNegated(cursor: Cursor, readers: Readers): Expression {
  const start = cursor.token.start;
  if (!cursor.accept('-')) return readOperand(cursor, readers);
  const operand = cursor.nested(() => (cursor.at('!') ? readPrefixed(cursor, readers) : readNegated(cursor, readers)));
  return { type: 'prefixed', start, end: operand.end, operator: '-', operand };
}
