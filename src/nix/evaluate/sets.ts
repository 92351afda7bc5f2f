import { type Binding, type Expression, type Inherit, staticName } from '../syntax/tree.js';
import { lookUp, type Scope } from './scope.js';
import { type ChoiceValue, emptySet, opaque, type SetValue, Thunk, type Value } from './values.js';

type Evaluate = (expression: Expression, scope: Scope) => Value;
interface Context {
  readonly file: string;
  readonly evaluate: Evaluate;
}

/** `a.b.c = …` is unfolded one set in another: a hostile path must not exhaust the stack. */
const longestPath = 100;

/**
 * The attributes of `{ … }` or `let … in`. `outer` is the scope around it, which a plain `inherit` reads; `inner` the
 * one in which values are evaluated: the same for a plain set, the set itself for `rec` and `let`.
 */
export function attributesOf(
  bindings: readonly Binding[],
  attributes: Map<string, Thunk>,
  scopes: { readonly outer: Scope; readonly inner: Scope },
  context: Context,
): { dynamic: string | null } {
  let dynamic: string | null = null;
  for (const binding of bindings) {
    if (binding.type === 'inherit') {
      inherit(binding, attributes, scopes, context);
      continue;
    }
    const names = binding.path.map(staticName);
    if (names.includes(null) || names.length > longestPath) {
      dynamic = 'a computed attribute';
      continue;
    }
    assign(attributes, names as string[], valueThunk(binding.value, names.at(-1) ?? '', scopes.inner, context));
  }
  return { dynamic };
}

function assign(attributes: Map<string, Thunk>, path: readonly string[], value: Thunk): void {
  const [first = '', ...rest] = path;
  const existing = attributes.get(first);
  if (rest.length === 0) {
    attributes.set(first, existing === undefined ? value : merged(existing, value));
    return;
  }
  const nested = new Map<string, Thunk>();
  assign(nested, rest, value);
  const set = Thunk.of({ ...emptySet(), attributes: nested });
  attributes.set(first, existing === undefined ? set : merged(existing, set));
}

/** `a.b = 1; a.c = 2;` are one set. */
function merged(left: Thunk, right: Thunk): Thunk {
  return new Thunk(() => mergeDeep(left.force(), right.force()), left.source);
}

function mergeDeep(left: Value, right: Value): Value {
  if (left.type !== 'set' || right.type !== 'set') return opaque('an attribute that is defined twice');
  const attributes = new Map(left.attributes);
  for (const [name, value] of right.attributes) {
    const existing = attributes.get(name);
    attributes.set(name, existing === undefined ? value : merged(existing, value));
  }
  return { ...left, attributes, rest: left.rest ?? right.rest };
}

function inherit(
  binding: Inherit,
  attributes: Map<string, Thunk>,
  scopes: { readonly outer: Scope; readonly inner: Scope },
  context: Context,
): void {
  const { source } = binding;
  const set = source === null ? null : new Thunk(() => context.evaluate(source, scopes.inner));
  for (const attribute of binding.names) {
    const name = staticName(attribute);
    if (name === null) continue;
    const value = set === null ? () => lookUp(scopes.outer, name) : () => select(set.force(), name);
    attributes.set(name, new Thunk(value));
  }
}

/** A binding's value; a string that is the whole of it remembers the name it is bound to. */
export function valueThunk(expression: Expression, name: string, scope: Scope, context: Context): Thunk {
  const compute = () => {
    const value = context.evaluate(expression, scope);
    if (value.type !== 'string' || (expression.type !== 'string' && expression.type !== 'uri')) return value;
    const parts = value.parts.map((part) =>
      part.kind === 'literal' && part.origin.binding === null && isWithin(part.origin, expression, context.file)
        ? { ...part, origin: { ...part.origin, binding: name } }
        : part,
    );
    return { ...value, parts };
  };
  return new Thunk(compute, { expression, file: context.file });
}

function isWithin(origin: { file: string; start: number; end: number }, expression: Expression, file: string): boolean {
  return origin.file === file && origin.start >= expression.start && origin.end <= expression.end;
}

/** `set.name`; what is not known to be there is opaque. */
export function select(value: Value, name: string): Value {
  if (value.type === 'opaque') return opaque(`${value.name}.${name}`);
  if (value.type === 'choice') return selectFromChoice(value, name);
  if (value.type === 'failure') return value;
  if (value.type !== 'set') return opaque(`an attribute "${name}" of ${value.type}`);
  const found = value.attributes.get(name);
  if (found !== undefined) return found.force();
  return value.rest === null ? opaque(`a missing attribute "${name}"`) : opaque(`${value.rest.name}.${name}`);
}

function selectFromChoice(choice: ChoiceValue, name: string): Value {
  const [left, right] = choice.branches;
  return {
    type: 'choice',
    condition: choice.condition,
    branches: [new Thunk(() => select(left.force(), name)), new Thunk(() => select(right.force(), name))],
  };
}

/** `left // right` */
export function update(left: Value, right: Value): Value {
  if (right.type === 'choice') return updateByChoice(left, right);
  if (left.type === 'opaque' && right.type === 'set') return { ...right, rest: right.rest ?? left, made: null };
  if (left.type !== 'set') return left.type === 'failure' ? left : opaque('the union of unknown sets');
  if (right.type === 'opaque') return hidden(left, right.name);
  if (right.type !== 'set') return right.type === 'failure' ? right : opaque('the union of unknown sets');
  const attributes = new Map(right.rest === null ? left.attributes : hidden(left, right.rest.name).attributes);
  for (const [name, value] of right.attributes) attributes.set(name, value);
  return { ...left, attributes, rest: left.rest ?? right.rest };
}

/** Attributes that something unknown may replace. */
function hidden(set: SetValue, by: string): SetValue {
  const attributes = new Map<string, Thunk>();
  for (const name of set.attributes.keys()) attributes.set(name, Thunk.of(opaque(`${by}.${name}`)));
  return { ...set, attributes, rest: opaque(by) };
}

/** `set // (if unknown then { … } else { … })`: only the attributes that the branches name become uncertain. */
function updateByChoice(left: Value, choice: ChoiceValue): Value {
  const [yes, no] = choice.branches.map((branch) => update(left, branch.force()));
  if (yes?.type !== 'set' || no?.type !== 'set') return opaque('the union of unknown sets');
  const attributes = new Map<string, Thunk>();
  for (const name of new Set([...yes.attributes.keys(), ...no.attributes.keys()])) {
    const missing = Thunk.of({ type: 'null' });
    const branches = [yes.attributes.get(name) ?? missing, no.attributes.get(name) ?? missing] as const;
    attributes.set(name, branches[0] === branches[1] ? branches[0] : uncertain(choice.condition, branches));
  }
  return { ...yes, attributes, rest: yes.rest ?? no.rest };
}

/** It keeps what it was written as, where one branch alone has it. */
function uncertain(condition: string, branches: readonly [Thunk, Thunk]): Thunk {
  return new Thunk(() => ({ type: 'choice', condition, branches }), branches[0].source ?? branches[1].source);
}
