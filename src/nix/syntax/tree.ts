/**
 * The syntax tree of a Nix expression (Nix manual, chapter "Nix Language").
 *
 * Every node carries `start` and `end`: UTF-16 offsets into the text it was read from, `[start, end)`, without the
 * whitespace and comments around it. The tree keeps no text that the file has: what lies between two children is read
 * from the file, so printing is lossless.
 */
interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Comment extends Span {
  /** As it stands in the file, with its `#` or `/*`. */
  readonly text: string;
}

export interface NixFile {
  readonly text: string;
  readonly root: Expression;
  /** All comments in the order of the text, those inside interpolations included. */
  readonly comments: readonly Comment[];
}

export type Expression =
  | Variable
  | Literal
  | StringExpression
  | PathExpression
  | Parenthesised
  | List
  | AttributeSet
  | LegacyLet
  | LetIn
  | With
  | Assert
  | Conditional
  | Lambda
  | Application
  | Selection
  | HasAttribute
  | Prefixed
  | Operation;

interface Variable extends Span {
  readonly type: 'variable';
  readonly name: string;
}

/** A number, a bare URI (`https://example.org`) or a search path (`<nixpkgs/lib>`), as written. */
export interface Literal extends Span {
  readonly type: 'integer' | 'float' | 'uri' | 'search-path';
  readonly text: string;
}

/** Literal characters of a string or a path. */
export interface TextPart extends Span {
  readonly type: 'text';
  /** What they mean: escapes resolved, indentation stripped. Equal to the file's text where neither occurs. */
  readonly value: string;
}

/** `${expression}`, with its braces. */
export interface Interpolation extends Span {
  readonly type: 'interpolation';
  readonly expression: Expression;
}

export type StringPart = TextPart | Interpolation;

export interface StringExpression extends Span {
  readonly type: 'string';
  /** `"…"` or `''…''`. */
  readonly form: 'quoted' | 'indented';
  readonly parts: readonly StringPart[];
}

/** `./a`, `/a`, `a/b`, `~/a`, `./a/${b}/c`. */
export interface PathExpression extends Span {
  readonly type: 'path';
  readonly parts: readonly StringPart[];
}

interface Parenthesised extends Span {
  readonly type: 'parenthesised';
  readonly expression: Expression;
}

interface List extends Span {
  readonly type: 'list';
  readonly items: readonly Expression[];
}

export interface AttributeSet extends Span {
  readonly type: 'set';
  readonly recursive: boolean;
  readonly bindings: readonly Binding[];
}

/** `let { …; body = …; }` */
interface LegacyLet extends Span {
  readonly type: 'legacy-let';
  readonly bindings: readonly Binding[];
}

interface LetIn extends Span {
  readonly type: 'let';
  readonly bindings: readonly Binding[];
  readonly body: Expression;
}

interface With extends Span {
  readonly type: 'with';
  readonly scope: Expression;
  readonly body: Expression;
}

interface Assert extends Span {
  readonly type: 'assert';
  readonly condition: Expression;
  readonly body: Expression;
}

interface Conditional extends Span {
  readonly type: 'if';
  readonly condition: Expression;
  readonly consequent: Expression;
  readonly alternative: Expression;
}

export interface Lambda extends Span {
  readonly type: 'lambda';
  readonly parameter: Parameter;
  readonly body: Expression;
}

export type Parameter = NameParameter | PatternParameter;

/** `x:` */
interface NameParameter extends Span {
  readonly type: 'name';
  readonly name: string;
}

/** `{ a, b ? 1, ... }:`, with `args@` before or `@args` after it. */
export interface PatternParameter extends Span {
  readonly type: 'pattern';
  readonly formals: readonly Formal[];
  readonly ellipsis: boolean;
  /** The name that an `@` binds, or null. */
  readonly alias: string | null;
}

export interface Formal extends Span {
  readonly type: 'formal';
  readonly name: string;
  readonly fallback: Expression | null;
}

/** `f a b`: flat, however many arguments. */
export interface Application extends Span {
  readonly type: 'application';
  readonly function: Expression;
  readonly arguments: readonly Expression[];
}

/** `target.a.b` or `target.a.b or fallback`. */
interface Selection extends Span {
  readonly type: 'selection';
  readonly target: Expression;
  readonly path: readonly AttributeName[];
  readonly fallback: Expression | null;
}

/** `target ? a.b` */
interface HasAttribute extends Span {
  readonly type: 'has-attribute';
  readonly target: Expression;
  readonly path: readonly AttributeName[];
}

interface Prefixed extends Span {
  readonly type: 'prefixed';
  readonly operator: '!' | '-';
  readonly operand: Expression;
}

export type BinaryOperator =
  | '->'
  | '||'
  | '&&'
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | '//'
  | '+'
  | '-'
  | '*'
  | '/'
  | '++';

/**
 * A chain of operators of one precedence, flat so that a long chain is not a deep tree: `operators[i]` stands between
 * `operands[i]` and `operands[i + 1]`. `grouping` says how it is to be read.
 */
export interface Operation extends Span {
  readonly type: 'operation';
  readonly grouping: 'left' | 'right';
  readonly operators: readonly BinaryOperator[];
  readonly operands: readonly Expression[];
}

export type AttributeName = IdentifierName | StringName | DynamicName;

interface IdentifierName extends Span {
  readonly type: 'identifier-name';
  readonly name: string;
}

/** `"a b"` or `"a${b}"` as the name of an attribute. */
interface StringName extends Span {
  readonly type: 'string-name';
  readonly string: StringExpression;
}

/** `${expression}` as the name of an attribute. */
interface DynamicName extends Span {
  readonly type: 'dynamic-name';
  readonly expression: Expression;
}

export type Binding = Assignment | Inherit;

/** `a.b = value;` with its semicolon. */
export interface Assignment extends Span {
  readonly type: 'assignment';
  readonly path: readonly AttributeName[];
  readonly value: Expression;
}

/** `inherit a b;` or `inherit (source) a b;` with its semicolon. */
export interface Inherit extends Span {
  readonly type: 'inherit';
  readonly source: Expression | null;
  readonly names: readonly AttributeName[];
}

export type Node = Expression | StringPart | AttributeName | Binding | Parameter | Formal;

/** The name, where it does not depend on an evaluation; null for `${x}` and `"a${x}"`. */
export function staticName(name: AttributeName): string | null {
  if (name.type === 'identifier-name') return name.name;
  if (name.type === 'dynamic-name') return null;
  const parts = name.string.parts;
  if (parts.some((part) => part.type === 'interpolation')) return null;
  return parts.map((part) => (part.type === 'text' ? part.value : '')).join('');
}
