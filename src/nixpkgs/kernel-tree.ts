import type { Application, AttributeName, AttributeSet, Expression, NixFile } from '../nix/syntax/tree.js';
import { staticName } from '../nix/syntax/tree.js';

/**
 * Reads the attribute sets of `linux-kernels.nix` by their shape, without evaluating: through functions, `let`, `with`,
 * `//` and the few functions of `lib` that only wrap a set. Aliases count as allowed, so `optionalAttrs` is looked into.
 */
export type Entries = ReadonlyMap<string, Expression>;

/** Functions whose last argument has the same attributes as their result. */
const wrappers = new Set([
  'recurseIntoAttrs',
  'dontRecurseIntoAttrs',
  'makeExtensible',
  'makeScope',
  'optionalAttrs',
  'extends',
]);

/** The attributes that the file's own set assigns. */
export function topLevelEntries(file: NixFile): Entries {
  return entriesOf(file.root, new Map());
}

/** The attributes of an expression; variables are looked up in `scope`. Later assignments win, as with `//`. */
export function entriesOf(expression: Expression, scope: Entries, depth = 0): Entries {
  const inside = (inner: Expression): Entries => entriesOf(inner, scope, depth + 1);
  if (depth > deepest) return new Map();
  switch (expression.type) {
    case 'set':
      return assignmentsOf(expression);
    case 'parenthesised':
      return inside(expression.expression);
    case 'lambda':
    case 'with':
    case 'let':
    case 'assert':
      return inside(expression.body);
    case 'operation':
      if (!expression.operators.every((operator) => operator === '//')) return new Map();
      return new Map(expression.operands.flatMap((operand) => [...inside(operand)]));
    case 'application': {
      const last = expression.arguments.at(-1);
      return last !== undefined && wrappers.has(functionName(expression)) ? inside(last) : new Map();
    }
    case 'variable': {
      const value = scope.get(expression.name);
      return value === undefined ? new Map() : inside(value);
    }
    default:
      return new Map();
  }
}

/** Far deeper than any real file; two names that mean each other end here. */
const deepest = 50;

/** `throw` of `throw "…"` and `builtins.throw "…"`: the last part of what is called. */
export function functionName(application: Application): string {
  const called = application.function;
  if (called.type === 'variable') return called.name;
  return called.type === 'selection' ? lastName(called.path) : '';
}

/** The sentence of a `throw`, or null when the expression is none. */
export function thrownSentence(expression: Expression): string | null {
  const plain = unwrap(expression);
  if (plain.type !== 'application' || functionName(plain) !== 'throw') return null;
  const [message] = plain.arguments;
  return (message === undefined ? null : staticText(unwrap(message))) ?? 'It was removed.';
}

/** A string without interpolation; null for everything else. */
export function staticText(expression: Expression): string | null {
  if (expression.type !== 'string') return null;
  const texts = expression.parts.map((part) => (part.type === 'text' ? part.value : null));
  return texts.includes(null) ? null : texts.join('');
}

/** The name that a reference ends in: `linux_6_12` of `packages.linux_6_12`; null for what is no reference. */
export function referredName(expression: Expression): string | null {
  const plain = unwrap(expression);
  if (plain.type === 'variable') return plain.name;
  return plain.type === 'selection' ? lastName(plain.path) || null : null;
}

export function unwrap(expression: Expression): Expression {
  let plain = expression;
  while (plain.type === 'parenthesised' || isWrapped(plain)) {
    plain = plain.type === 'parenthesised' ? plain.expression : ((plain as Application).arguments.at(-1) as Expression);
  }
  return plain;
}

function isWrapped(expression: Expression): boolean {
  return expression.type === 'application' && wrappers.has(functionName(expression)) && expression.arguments.length > 0;
}

function assignmentsOf(set: AttributeSet): Entries {
  const entries = new Map<string, Expression>();
  for (const binding of set.bindings) {
    const [name, ...rest] = binding.type === 'assignment' ? binding.path : [];
    const text = name === undefined || rest.length > 0 ? null : staticName(name);
    if (text !== null && binding.type === 'assignment') entries.set(text, binding.value);
  }
  return entries;
}

const lastName = (path: readonly AttributeName[]): string => {
  const last = path.at(-1);
  return last === undefined ? '' : (staticName(last) ?? '');
};
