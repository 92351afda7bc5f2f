import type { Expression, Lambda } from '../syntax/tree.js';
import { type Scope, withNames } from './scope.js';
import { select, valueThunk } from './sets.js';
import { type FunctionValue, type SetValue, Thunk, type Value } from './values.js';

interface Context {
  readonly file: string;
  readonly evaluate: (expression: Expression, scope: Scope) => Value;
}

/** A function of the file, closed over the scope in which it stands. */
export function closure(lambda: Lambda, scope: Scope, context: Context): FunctionValue {
  const { parameter, body } = lambda;
  if (parameter.type === 'name') {
    const apply = (argument: Thunk) => context.evaluate(body, withNames(scope, new Map([[parameter.name, argument]])));
    return { type: 'function', formals: null, apply };
  }
  const formals = new Map(parameter.formals.map((formal) => [formal.name, formal.fallback]));
  const apply = (argument: Thunk) => {
    const names = new Map<string, Thunk>();
    const inner = withNames(scope, names);
    for (const [name, fallback] of formals) names.set(name, argumentThunk(argument, name, fallback, inner, context));
    if (parameter.alias !== null) names.set(parameter.alias, argument);
    return context.evaluate(body, inner);
  };
  return { type: 'function', formals, apply };
}

function argumentThunk(
  argument: Thunk,
  name: string,
  fallback: Expression | null,
  scope: Scope,
  context: Context,
): Thunk {
  const byDefault = fallback === null ? null : valueThunk(fallback, name, scope, context);
  return new Thunk(() => {
    const given = argument.force();
    if (byDefault !== null && isMissing(given, name)) return byDefault.force();
    return select(given, name);
  });
}

function isMissing(value: Value, name: string): boolean {
  return value.type === 'set' && !value.attributes.has(name) && value.rest === null;
}

/**
 * The arguments of a package as `callPackage` fills them: what is not given comes from the package set, as `fill` says,
 * or from the function's own default.
 */
export function packageArguments(
  called: FunctionValue,
  given: SetValue,
  fill: (name: string) => Value | 'default',
): SetValue {
  const attributes = new Map<string, Thunk>();
  for (const name of called.formals?.keys() ?? []) {
    const filled = fill(name);
    if (filled !== 'default') attributes.set(name, Thunk.of(filled));
  }
  for (const [name, value] of given.attributes) attributes.set(name, value);
  return { type: 'set', attributes, rest: given.rest, made: null };
}
