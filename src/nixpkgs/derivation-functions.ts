import type { Evaluator, Host } from '../nix/evaluate/evaluator.js';
import { packageArguments } from '../nix/evaluate/functions.js';
import {
  type Call,
  emptySet,
  type FunctionValue,
  opaque,
  type SetValue,
  Thunk,
  type Value,
} from '../nix/evaluate/values.js';
import { textFunction } from './derivation-text-functions.js';

type Meaning = (call: Call, evaluator: Evaluator) => Value | null;

/**
 * What the functions of nixpkgs mean to a static evaluation: enough to follow a package from `callPackage` to its
 * derivation. A function that is not here stays unknown.
 */
export function nixpkgsHost(readText: (file: string) => string | null, onFetch: (fetch: SetValue) => void): Host {
  const fetching: Meaning = (call) => {
    const source = sourceOf(call);
    if (source !== null) onFetch(source);
    return source;
  };
  return {
    readText,
    call: (call, evaluator) => {
      const name = shortName(call);
      if (/^fetch[A-Za-z0-9]*$|^requireFile$/.test(name)) return fetching(call, evaluator);
      if (/^mk[A-Za-z]*Derivation$|^build[A-Z][A-Za-z]*(?:Package|Module|Application)$/.test(name)) {
        return derivationOf(call, evaluator);
      }
      const meaning = meanings.get(name);
      return meaning === undefined ? textFunction(call) : meaning(call, evaluator);
    },
  };
}

function shortName(call: Call): string {
  return call.function.split('.').at(-1) ?? '';
}

/** The value of the n-th argument, or null when it has not been given yet. */
function argument(call: Call, index: number): Value | null {
  return call.arguments[index]?.force() ?? null;
}

const first: Meaning = (call) => argument(call, 0);
const second: Meaning = (call) => argument(call, 1);

const meanings = new Map<string, Meaning>([
  ['import', importFile],
  ['callPackage', callPackage],
  ['callPackages', callPackage],
  ['newScope', () => opaque('callPackage')],
  ['makeExtensible', extensible],
  ['recurseIntoAttrs', first],
  ['dontRecurseIntoAttrs', first],
  ['warn', second],
  ['warnOnInstantiate', second],
  ['optionalAttrs', (call) => optional(call, emptySet())],
  ['throw', thrown],
]);

/** A fetcher's call: its arguments can be read from it, as from the derivation that it makes. */
function sourceOf(call: Call): SetValue | null {
  const given = argument(call, 0);
  if (given?.type !== 'set') return null;
  const name = shortName(call);
  return {
    type: 'set',
    attributes: given.attributes,
    rest: opaque(name),
    made: { function: name, place: call.place, packageFile: null },
  };
}

/** `mkDerivation { … }` and `mkDerivation (finalAttrs: { … })`. */
function derivationOf(call: Call, evaluator: Evaluator): Value | null {
  const given = argument(call, 0);
  const name = shortName(call);
  const made = (value: Value | null): Value => {
    if (value?.type !== 'set') return opaque(`${name}(…)`);
    const rest = value.rest ?? opaque(`the result of ${name}`);
    return { ...value, rest, made: { function: name, place: call.place, packageFile: null } };
  };
  if (given?.type !== 'function') return made(given);
  const self: Thunk = new Thunk(() => made(evaluator.apply(given, self, call.place)));
  return self.force();
}

function importFile(call: Call, evaluator: Evaluator): Value | null {
  const path = argument(call, 0);
  if (path?.type !== 'path' || path.path === null) return null;
  return evaluator.evaluateFile(fileOf(path.path));
}

/** `import` and `callPackage` take a folder for its `default.nix`. */
export function fileOf(path: string): string {
  return path.endsWith('.nix') ? path : `${path}/default.nix`;
}

/** `callPackage ./package { … }`, also where the package is a function of the same file. */
function callPackage(call: Call, evaluator: Evaluator): Value | null {
  const [path, given] = [argument(call, 0), argument(call, 1)];
  if (path === null || given === null) return null;
  const called = path.type === 'path' && path.path !== null ? evaluator.evaluateFile(fileOf(path.path)) : path;
  if (called.type === 'opaque') return opaque(called.name);
  if (called.type !== 'function') return called;
  const set = given.type === 'set' ? given : { ...emptySet(), rest: opaque('the arguments of callPackage') };
  const filled = packageArguments(called, set, (name) => filledIn(called, name));
  const result = called.apply(Thunk.of(filled));
  const packageFile = path.type === 'path' && path.path !== null ? fileOf(path.path) : null;
  if (packageFile === null || result.type !== 'set' || result.made === null) return result;
  return { ...result, made: { ...result.made, packageFile } };
}

/**
 * An argument that the caller does not give comes from the package set if that has the name. Nobody names a package
 * `version`, `rev` or `hash`: a default that is a string is taken.
 */
function filledIn(called: FunctionValue, name: string): 'default' | Value {
  const fallback = called.formals?.get(name);
  return fallback?.type === 'string' ? 'default' : opaque(name);
}

/** `makeExtensible (self: { … })`; its `extend` is taken to add nothing. */
function extensible(call: Call, evaluator: Evaluator): Value | null {
  const overlay = argument(call, 0);
  if (overlay === null) return null;
  const self: Thunk = new Thunk(() => {
    const set = evaluator.apply(overlay, self, call.place);
    if (set.type !== 'set') return set;
    const extend: FunctionValue = { type: 'function', formals: null, apply: () => self.force() };
    return { ...set, attributes: new Map([...set.attributes, ['extend', Thunk.of(extend)]]) };
  });
  return self.force();
}

/** `optionalAttrs condition { … }` */
function optional(call: Call, otherwise: Value): Value | null {
  const [condition, value] = [argument(call, 0), call.arguments[1]];
  if (condition === null || value === undefined) return null;
  if (condition.type === 'boolean') return condition.value ? value.force() : otherwise;
  const name = condition.type === 'opaque' ? condition.name : 'a condition';
  return { type: 'choice', condition: name, branches: [value, Thunk.of(otherwise)] };
}

function thrown(call: Call): Value {
  const message = argument(call, 0);
  const parts = message?.type === 'string' ? message.parts : [];
  return { type: 'failure', message: parts.map((part) => (part.kind === 'opaque' ? '…' : part.text)).join('') };
}
