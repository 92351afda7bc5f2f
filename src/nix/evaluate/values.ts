import type { Expression } from '../syntax/tree.js';

/**
 * What a static evaluation knows of a value. It never guesses: what depends on something that is not in the files at
 * hand is `opaque`, with the name by which the file knows it.
 */
export type Value =
  | StringValue
  | NumberValue
  | BooleanValue
  | NullValue
  | PathValue
  | ListValue
  | SetValue
  | FunctionValue
  | ChoiceValue
  | OpaqueValue
  | FailureValue;

/** Where something stands: UTF-16 offsets `[start, end)` into a file, relative to the root, with forward slashes. */
export interface Place {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** Literal characters of a file. */
interface Origin extends Place {
  /** Their source text is their value: no escapes, no indentation stripped, so offsets inside map one to one. */
  readonly exact: boolean;
  readonly form: 'quoted' | 'indented' | 'uri';
  /** The name that the whole string is bound to (`version = "1.2"`), or null where it is part of a larger expression. */
  readonly binding: string | null;
}

export type Part =
  /** Characters that stand in a file, and where. */
  | { readonly kind: 'literal'; readonly text: string; readonly origin: Origin }
  /** Known text that a function made: it cannot be inverted. */
  | { readonly kind: 'derived'; readonly text: string; readonly name: string }
  /** Unknown text: `kernel.version`. */
  | { readonly kind: 'opaque'; readonly name: string };

export interface StringValue {
  readonly type: 'string';
  readonly parts: readonly Part[];
  /** The string expression, or null when a function or an operator made it. */
  readonly place: Place | null;
}

interface NumberValue {
  readonly type: 'number';
  readonly text: string;
}

interface BooleanValue {
  readonly type: 'boolean';
  readonly value: boolean;
}

interface NullValue {
  readonly type: 'null';
}

/** A path inside the root, relative to it; null when it is computed or leads out of the root. */
export interface PathValue {
  readonly type: 'path';
  readonly path: string | null;
}

interface ListValue {
  readonly type: 'list';
  readonly items: readonly Thunk[];
}

export interface SetValue {
  readonly type: 'set';
  readonly attributes: ReadonlyMap<string, Thunk>;
  /** Null when `attributes` is all there is; else the unknown thing that may have more. */
  readonly rest: OpaqueValue | null;
  /** The call that made it, for derivations and sources. */
  readonly made: Made | null;
}

interface Made {
  /** The last part of the function's name: `mkDerivation`, `fetchFromGitHub`. */
  readonly function: string;
  /** The whole call. */
  readonly place: Place;
  /** The file that `callPackage` was given to get it; null when it was not called as a package. */
  readonly packageFile: string | null;
}

export interface FunctionValue {
  readonly type: 'function';
  readonly apply: (argument: Thunk) => Value;
  /** Names and defaults of its arguments when it takes a pattern. */
  readonly formals: ReadonlyMap<string, Expression | null> | null;
}

/** `if condition then … else …` with a condition that cannot be known. */
export interface ChoiceValue {
  readonly type: 'choice';
  /** The condition as written. */
  readonly condition: string;
  readonly branches: readonly [Thunk, Thunk];
}

export interface OpaqueValue {
  readonly type: 'opaque';
  /** `kernel.version`, `lib.versions.majorMinor(…)` */
  readonly name: string;
  /** A function that waits for more arguments. */
  readonly call: Call | null;
}

export interface Call {
  /** The function's full name: `lib.strings.removePrefix`. */
  readonly function: string;
  readonly arguments: readonly Thunk[];
  readonly place: Place;
}

/** `throw "message"`, or an evaluation that cannot succeed. */
interface FailureValue {
  readonly type: 'failure';
  readonly message: string;
}

/** A value that is computed when it is first asked for, and once. */
export class Thunk {
  /** What it was written as, and in which file; null for values that no expression wrote. */
  readonly source: { readonly expression: Expression; readonly file: string } | null;
  private compute: (() => Value) | null;
  private value: Value | null = null;

  constructor(compute: () => Value, source: Thunk['source'] = null) {
    this.compute = compute;
    this.source = source;
  }

  static of(value: Value): Thunk {
    return new Thunk(() => value);
  }

  force(): Value {
    if (this.value !== null) return this.value;
    if (this.compute === null) return opaque('a value that depends on itself');
    const compute = this.compute;
    this.compute = null;
    this.value = compute();
    return this.value;
  }
}

export function opaque(name: string, call: Call | null = null): OpaqueValue {
  return { type: 'opaque', name, call };
}

export function emptySet(): SetValue {
  return { type: 'set', attributes: new Map(), rest: null, made: null };
}

/** The whole text, or null when a part of it is unknown. */
export function textOf(value: Value): string | null {
  if (value.type !== 'string') return null;
  let text = '';
  for (const part of value.parts) {
    if (part.kind === 'opaque') return null;
    text += part.text;
  }
  return text;
}

/** What a value is called in a reason. */
export function nameOf(value: Value): string {
  switch (value.type) {
    case 'opaque':
      return value.name;
    case 'choice':
      return `if ${value.condition}`;
    case 'failure':
      return `throw ${JSON.stringify(value.message)}`;
    default:
      return `a ${value.type}`;
  }
}
