import type { BinaryOperator } from '../syntax/tree.js';
import { update } from './sets.js';
import { opaque, type Part, type StringValue, type Thunk, textOf, type Value } from './values.js';

/** A string or list that doubles itself over and over must not fill the memory; real ones stay far below. */
export const maximumParts = 10_000;

/** The value of `left operator right`; what cannot be known is opaque. */
export function operate(operator: BinaryOperator, left: Thunk, right: Thunk): Value {
  switch (operator) {
    case '//':
      return update(left.force(), right.force());
    case '+':
      return concatenate(left.force(), right.force());
    case '++':
      return append(left.force(), right.force());
    case '==':
    case '!=':
      return compare(operator, left.force(), right.force());
    case '&&':
    case '||':
    case '->':
      return combine(operator, left, right);
    default:
      return opaque(`a result of ${operator}`);
  }
}

function concatenate(left: Value, right: Value): Value {
  if (left.type !== 'string' || (right.type !== 'string' && right.type !== 'opaque')) return opaque('a sum');
  const parts = [...left.parts, ...partsOf(right)];
  return parts.length > maximumParts ? opaque('a string of too many parts') : { type: 'string', parts, place: null };
}

/** What a value contributes to a string it is interpolated into. */
export function partsOf(value: Value): readonly Part[] {
  if (value.type === 'string') return value.parts;
  if (value.type === 'opaque') return [{ kind: 'opaque', name: value.name }];
  if (value.type === 'choice') return [{ kind: 'opaque', name: `if ${value.condition}` }];
  return [{ kind: 'opaque', name: value.type === 'set' ? (value.made?.function ?? 'a set') : `a ${value.type}` }];
}

function append(left: Value, right: Value): Value {
  if (left.type !== 'list' || right.type !== 'list') return opaque('a list that is not wholly known');
  const items = [...left.items, ...right.items];
  return items.length > maximumParts ? opaque('a list of too many items') : { type: 'list', items };
}

function compare(operator: '==' | '!=', left: Value, right: Value): Value {
  const equal = equality(left, right);
  if (equal === null) return opaque(`a result of ${operator}`);
  return { type: 'boolean', value: operator === '==' ? equal : !equal };
}

function equality(left: Value, right: Value): boolean | null {
  const known = (value: Value) => value.type !== 'opaque' && value.type !== 'choice' && value.type !== 'failure';
  if (!known(left) || !known(right)) return null;
  if (left.type !== right.type) return false;
  if (left.type === 'null') return true;
  if (left.type === 'boolean' && right.type === 'boolean') return left.value === right.value;
  const texts = [textOf(left), textOf(right as StringValue)];
  return texts.includes(null) ? null : texts[0] === texts[1];
}

/** `&&`, `||` and `->`: one side may decide alone. */
function combine(operator: '&&' | '||' | '->', left: Thunk, right: Thunk): Value {
  const first = truth(left.force());
  const decides = operator === '||';
  const effective = operator === '->' && first !== null ? !first : first;
  const stops = operator === '&&' ? effective === false : effective === true;
  if (stops) return { type: 'boolean', value: operator !== '&&' || decides };
  const second = truth(right.force());
  if (effective === null || second === null) return opaque(`a result of ${operator}`);
  return { type: 'boolean', value: second };
}

function truth(value: Value): boolean | null {
  return value.type === 'boolean' ? value.value : null;
}
