import { opaque, type Thunk, type Value } from './values.js';

/** Names that an expression sees. `with` is asked only for names that no enclosing binding gives. */
export interface Scope {
  readonly parent: Scope | null;
  readonly kind: 'names' | 'with';
  readonly names: ReadonlyMap<string, Thunk>;
  readonly set: Thunk | null;
}

export function withNames(parent: Scope | null, names: ReadonlyMap<string, Thunk>): Scope {
  return { parent, kind: 'names', names, set: null };
}

export function withSet(parent: Scope | null, set: Thunk): Scope {
  return { parent, kind: 'with', names: new Map(), set };
}

export function lookUp(scope: Scope, name: string): Value {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = at.names.get(name);
    if (found !== undefined) return found.force();
  }
  return constants.get(name) ?? lookUpInSets(scope, name) ?? opaque(name);
}

/** The innermost `with` that has the name, or may have it. */
function lookUpInSets(scope: Scope, name: string): Value | null {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const set = at.set?.force();
    if (set === undefined || globals.has(name)) continue;
    if (set.type === 'set') {
      const found = set.attributes.get(name);
      if (found !== undefined) return found.force();
      if (set.rest !== null) return opaque(`${set.rest.name}.${name}`);
    } else if (set.type === 'opaque') {
      return opaque(`${set.name}.${name}`);
    } else {
      return opaque(name);
    }
  }
  return null;
}

const constants = new Map<string, Value>([
  ['true', { type: 'boolean', value: true }],
  ['false', { type: 'boolean', value: false }],
  ['null', { type: 'null' }],
]);

/** Nix's own names, which no `with` hides. */
const globals = new Set([
  ...['abort', 'baseNameOf', 'builtins', 'derivation', 'dirOf', 'fetchTarball', 'import', 'isNull', 'map'],
  ...['placeholder', 'removeAttrs', 'scopedImport', 'throw', 'toString'],
]);
