import { parse } from '../syntax/parse.js';
import { NixSyntaxError } from '../syntax/syntax-error.js';
import type { AttributeName, Expression, NixFile, Operation, StringExpression } from '../syntax/tree.js';
import { staticName } from '../syntax/tree.js';
import { closure } from './functions.js';
import { maximumParts, operate, partsOf } from './operators.js';
import { resolvePath } from './paths.js';
import { lookUp, type Scope, withNames, withSet } from './scope.js';
import { attributesOf, select } from './sets.js';
import {
  type Call,
  type ChoiceValue,
  opaque,
  type Part,
  type Place,
  type SetValue,
  Thunk,
  textOf,
  type Value,
} from './values.js';

export interface Host {
  /** The text of a file, by its path relative to the root; null when there is none. */
  readText(file: string): string | null;
  /** What a function that the files do not define gives, or null when that is unknown. */
  call(call: Call, evaluator: Evaluator): Value | null;
}

/** What is deeper or longer than any real package ends in an unknown value. */
const maximumDepth = 300;
const maximumSteps = 200_000;

/** Evaluates Nix files without Nix, lazily, as far as their own text allows. */
export class Evaluator {
  private readonly host: Host;
  private readonly files = new Map<string, NixFile | string>();
  private depth = 0;
  private steps = 0;

  constructor(host: Host) {
    this.host = host;
  }

  /** Gives the next evaluation its full measure of steps: call it before each package. */
  refuel(): void {
    this.steps = 0;
  }

  /** The value of a whole file. */
  evaluateFile(file: string): Value {
    const read = this.read(file);
    if (typeof read === 'string') return { type: 'failure', message: read };
    return this.evaluate(read.root, withNames(null, new Map()), file);
  }

  /** A file that was read in the course of the evaluation, or a sentence why it could not be read. */
  read(file: string): NixFile | string {
    const known = this.files.get(file);
    if (known !== undefined) return known;
    const text = this.host.readText(file);
    const read = text === null ? `${file} does not exist, or is no text in UTF-8` : parseFile(file, text);
    this.files.set(file, read);
    return read;
  }

  apply(called: Value, argument: Thunk, place: Place): Value {
    if (called.type === 'function') return called.apply(argument);
    if (called.type === 'failure') return called;
    if (called.type === 'choice') return this.apply(sameFunction(called), argument, place);
    if (called.type === 'set' && called.attributes.has('__functor')) return opaque('a functor');
    if (called.type !== 'opaque') return opaque('a call of an unknown function');
    const before = called.call;
    const call: Call = {
      function: before?.function ?? called.name,
      arguments: [...(before?.arguments ?? []), argument],
      place,
    };
    return this.host.call(call, this) ?? opaque(`${call.function}(…)`, call);
  }

  private evaluate(expression: Expression, scope: Scope, file: string): Value {
    this.steps += 1;
    if (this.depth >= maximumDepth || this.steps > maximumSteps) return opaque('an expression that is too deep');
    this.depth += 1;
    try {
      return this.evaluateExpression(expression, scope, file);
    } finally {
      this.depth -= 1;
    }
  }

  private evaluateExpression(expression: Expression, scope: Scope, file: string): Value {
    const here = (inner: Expression) => this.evaluate(inner, scope, file);
    const context = { file, evaluate: (inner: Expression, within: Scope) => this.evaluate(inner, within, file) };
    switch (expression.type) {
      case 'variable':
        return lookUp(scope, expression.name);
      case 'integer':
      case 'float':
        return { type: 'number', text: expression.text };
      case 'uri':
        return this.literal(expression, file);
      case 'search-path':
        return opaque(expression.text);
      case 'string':
        return this.string(expression, scope, file);
      case 'path':
        return resolvePath(expression, file);
      case 'parenthesised':
        return here(expression.expression);
      case 'list':
        return { type: 'list', items: expression.items.map((item) => this.delay(item, scope, file)) };
      case 'set':
        return this.set(expression, scope, file);
      case 'legacy-let':
        return select(this.set({ ...expression, type: 'set', recursive: true }, scope, file), 'body');
      case 'let': {
        const names = new Map<string, Thunk>();
        const inner = withNames(scope, names);
        attributesOf(expression.bindings, names, { outer: scope, inner }, context);
        return this.evaluate(expression.body, inner, file);
      }
      case 'with':
        return this.evaluate(expression.body, withSet(scope, this.delay(expression.scope, scope, file)), file);
      case 'assert':
        return here(expression.body);
      case 'if':
        return this.conditional(expression, scope, file);
      case 'lambda':
        return closure(expression, scope, context);
      case 'application':
        return expression.arguments.reduce<Value>(
          (called, argument) => this.apply(called, this.delay(argument, scope, file), placeOf(expression, file)),
          here(expression.function),
        );
      case 'selection':
        return this.selection(expression, scope, file);
      case 'has-attribute':
        return hasAttribute(here(expression.target), expression.path);
      case 'prefixed':
        return negate(expression.operator, here(expression.operand));
      case 'operation':
        return this.operation(expression, scope, file);
    }
  }

  private delay(expression: Expression, scope: Scope, file: string): Thunk {
    return new Thunk(() => this.evaluate(expression, scope, file), { expression, file });
  }

  private literal(expression: Expression & { text: string }, file: string): Value {
    const place = placeOf(expression, file);
    const origin = { ...place, exact: true, form: 'uri', binding: null } as const;
    return { type: 'string', place, parts: [{ kind: 'literal', text: expression.text, origin }] };
  }

  private string(expression: StringExpression, scope: Scope, file: string): Value {
    const parts = this.stringParts(expression, scope, file);
    if (parts.length > maximumParts) return opaque('a string of too many parts');
    return { type: 'string', parts, place: placeOf(expression, file) };
  }

  private stringParts(expression: StringExpression, scope: Scope, file: string): Part[] {
    const text = this.textOf(file);
    return expression.parts.flatMap<Part>((part) => {
      if (part.type === 'interpolation') return partsOf(this.evaluate(part.expression, scope, file));
      if (part.value === '') return [];
      const exact = text.slice(part.start, part.end) === part.value;
      const origin = { ...placeOf(part, file), exact, form: expression.form, binding: null };
      return [{ kind: 'literal', text: part.value, origin }];
    });
  }

  private set(expression: Expression & { type: 'set' }, scope: Scope, file: string): SetValue {
    const attributes = new Map<string, Thunk>();
    const inner = expression.recursive ? withNames(scope, attributes) : scope;
    const context = { file, evaluate: (value: Expression, within: Scope) => this.evaluate(value, within, file) };
    const { dynamic } = attributesOf(expression.bindings, attributes, { outer: scope, inner }, context);
    return { type: 'set', attributes, rest: dynamic === null ? null : opaque(dynamic), made: null };
  }

  private conditional(expression: Expression & { type: 'if' }, scope: Scope, file: string): Value {
    const condition = this.evaluate(expression.condition, scope, file);
    if (condition.type === 'boolean') {
      return this.evaluate(condition.value ? expression.consequent : expression.alternative, scope, file);
    }
    const { start, end } = expression.condition;
    return {
      type: 'choice',
      condition: this.textOf(file).slice(start, end),
      branches: [this.delay(expression.consequent, scope, file), this.delay(expression.alternative, scope, file)],
    };
  }

  private selection(expression: Expression & { type: 'selection' }, scope: Scope, file: string): Value {
    let value = this.evaluate(expression.target, scope, file);
    for (const attribute of expression.path) {
      const name = this.attributeName(attribute, scope, file);
      if (name === null) return opaque(this.textOf(file).slice(expression.start, expression.end));
      const absent = value.type === 'set' && value.rest === null && !value.attributes.has(name);
      if (absent && expression.fallback !== null) return this.evaluate(expression.fallback, scope, file);
      value = select(value, name);
    }
    return value;
  }

  private attributeName(attribute: AttributeName, scope: Scope, file: string): string | null {
    if (attribute.type === 'identifier-name') return attribute.name;
    const expression = attribute.type === 'string-name' ? attribute.string : attribute.expression;
    return textOf(this.evaluate(expression, scope, file));
  }

  private operation(expression: Operation, scope: Scope, file: string): Value {
    const operands = expression.operands.map((operand) => this.delay(operand, scope, file));
    const operators = [...expression.operators];
    if (expression.grouping === 'right') {
      operands.reverse();
      operators.reverse();
    }
    const [first = Thunk.of({ type: 'null' }), ...rest] = operands;
    const result = rest.reduce<Thunk>((left, right, index) => {
      const operator = operators[index] ?? '+';
      const pair = expression.grouping === 'right' ? ([right, left] as const) : ([left, right] as const);
      return Thunk.of(operate(operator, ...pair));
    }, first);
    return result.force();
  }

  private textOf(file: string): string {
    const read = this.files.get(file);
    return read === undefined || typeof read === 'string' ? '' : read.text;
  }
}

/** `(if unknown then stdenv else kernel.stdenv).mkDerivation`: one function, whichever branch gives it. */
function sameFunction(choice: ChoiceValue): Value {
  const [left, right] = choice.branches.map((branch) => branch.force());
  const name = (value: Value | undefined) => (value?.type === 'opaque' ? value.name.split('.').at(-1) : undefined);
  if (left === undefined || name(left) === undefined || name(left) !== name(right)) {
    return opaque(`if ${choice.condition}`);
  }
  return left;
}

function parseFile(file: string, text: string): NixFile | string {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof NixSyntaxError) return `${file}: ${error.message}`;
    throw error;
  }
}

function placeOf(span: { start: number; end: number }, file: string): Place {
  return { file, start: span.start, end: span.end };
}

function hasAttribute(target: Value, path: readonly AttributeName[]): Value {
  const [first, ...rest] = path;
  const name = first === undefined ? null : staticName(first);
  if (target.type !== 'set' || name === null || rest.length > 0) return opaque('an attribute test');
  if (target.attributes.has(name)) return { type: 'boolean', value: true };
  return target.rest === null ? { type: 'boolean', value: false } : opaque('an attribute test');
}

function negate(operator: '!' | '-', operand: Value): Value {
  if (operator === '!' && operand.type === 'boolean') return { type: 'boolean', value: !operand.value };
  return opaque(`a result of ${operator}`);
}
