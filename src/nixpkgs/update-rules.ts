import { nameOf, type SetValue, type Thunk, textOf } from '../nix/evaluate/values.js';
import type { NixFile } from '../nix/syntax/tree.js';

/** What a derivation's own `passthru.updateScript` says of the releases to take. */
export interface UpdateRules {
  /** A tag must match this (JavaScript) expression, after `prefix` is taken off. */
  readonly allow?: string;
  /** A tag that matches this expression, after `prefix` is taken off, is left out. */
  readonly ignore?: string;
  /** Only tags that begin with it are releases. */
  readonly prefix?: string;
  /** An odd second number marks a release as unstable. */
  readonly oddUnstable?: true;
  /** A third number of 90 or more marks a release as unstable. */
  readonly patchlevelUnstable?: true;
  /** The file that nix-update is told to edit, relative to the nixpkgs root. */
  readonly overrideFile?: string;
  /** What stands there and could not be read or honoured, in words for a person. */
  readonly unread: readonly string[];
}

type Rules = Omit<UpdateRules, 'unread'>;
type Plain = string | boolean | readonly string[];
/** What one option means; null when its value cannot be honoured. */
type Reading = (value: Plain) => Rules | null;
type Option = { readonly rules: Rules } | { readonly unread: string };

/** A comment that asks programs to leave the file alone, or null. Source of the words: nixpkgs-update. */
export function optOutComment(file: NixFile): string | null {
  const asks = /nixpkgs-update:\s*no auto update|\bdo not edit\b/i;
  return file.comments.find((comment) => asks.test(comment.text))?.text ?? null;
}

/** Options of nixpkgs' `gitUpdater` (`pkgs/common-updater/git-updater.nix`). */
const gitUpdaterOptions: Readonly<Record<string, Reading>> = {
  'rev-prefix': (value) => (typeof value === 'string' ? (value === '' ? {} : { prefix: value }) : null),
  allowedVersions: (value) => pattern(value, (allow) => ({ allow })),
  ignoredVersions: (value) => pattern(value, (ignore) => ({ ignore })),
  'odd-unstable': (value) => flag(value, { oddUnstable: true }),
  'patchlevel-unstable': (value) => flag(value, { patchlevelUnstable: true }),
};
/** Options that say how the script runs, not which release it takes. */
const silent = new Set(['url', 'pname', 'version', 'attrPath']);

/** Arguments of nix-update that say which release to take; each is followed by its value. */
const nixUpdateArguments: Readonly<Record<string, Reading>> = {
  '--version-regex': (value) => pattern(value, (expression) => ({ allow: `^(?:${expression})` })),
  '--override-filename': (value) => (typeof value === 'string' ? { overrideFile: value } : null),
};

/**
 * Reads `passthru.updateScript` of a derivation's attributes. Rules that are known are returned; whatever is computed, or
 * belongs to a script, is named in `unread` and never guessed at.
 */
export function readUpdateRules(derivation: SetValue): UpdateRules {
  const passthru = derivation.attributes.get('passthru')?.force();
  const script = passthru?.type === 'set' ? passthru.attributes.get('updateScript')?.force() : undefined;
  if (script === undefined || script.type === 'null') return { unread: [] };
  const call = script.type === 'opaque' ? script.call : null;
  if (call === null) return { unread: [`updateScript: ${nameOf(script)}`] };
  const name = call.function.split('.').at(-1) ?? '';
  const options = call.arguments.length === 1 ? call.arguments[0]?.force() : undefined;
  if (options?.type === 'set' && options.rest === null) {
    if (name === 'gitUpdater') return merged(namedOptions(options));
    if (name === 'nix-update-script') return merged(nixUpdateOptions(options));
  }
  return { unread: [`updateScript: ${name}`] };
}

function namedOptions(set: SetValue): readonly Option[] {
  return [...set.attributes]
    .filter(([name]) => !silent.has(name))
    .map(([name, value]) => read(name, plain(value), gitUpdaterOptions, name));
}

/** `{ attrPath = …; extraArgs = [ "--version-regex" "v(.*)" "--flag" ]; }` */
function nixUpdateOptions(set: SetValue): readonly Option[] {
  return [...set.attributes].flatMap(([name, thunk]): readonly Option[] => {
    if (silent.has(name)) return [];
    const value = plain(thunk);
    return name === 'extraArgs' && Array.isArray(value) ? commandLine(value) : [{ unread: name }];
  });
}

/** An argument that is known takes its value after `=` or as the next word; all others are reported one by one. */
function commandLine(words: readonly string[]): readonly Option[] {
  const options: Option[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (equals >= 0 || !Object.hasOwn(nixUpdateArguments, name)) {
      options.push(read(name, equals < 0 ? null : word.slice(equals + 1), nixUpdateArguments, word));
      continue;
    }
    index += 1;
    const value = words[index];
    options.push(read(name, value ?? null, nixUpdateArguments, value === undefined ? word : `${word} ${value}`));
  }
  return options;
}

function read(name: string, value: Plain | null, known: Readonly<Record<string, Reading>>, as: string): Option {
  const reading = Object.hasOwn(known, name) ? known[name] : undefined;
  const rules = value === null ? null : (reading?.(value) ?? null);
  return rules === null ? { unread: as } : { rules };
}

function merged(options: readonly Option[]): UpdateRules {
  const rules = options.flatMap((option) => ('rules' in option ? [option.rules] : []));
  const unread = options.flatMap((option) => ('unread' in option ? [option.unread] : []));
  return { ...Object.assign({}, ...rules), unread };
}

/** Python's and grep's expressions are JavaScript's, but for POSIX classes and named groups: those are not honoured. */
function pattern(value: Plain, rules: (expression: string) => Rules): Rules | null {
  if (typeof value !== 'string') return null;
  if (value === '') return {};
  if (value.includes('[[:') || value.includes('(?P')) return null;
  try {
    new RegExp(value);
  } catch {
    return null;
  }
  return rules(value);
}

function flag(value: Plain, rules: Rules): Rules | null {
  if (typeof value !== 'boolean') return null;
  return value ? rules : {};
}

/** A known string, boolean or list of strings; null for everything else. */
function plain(thunk: Thunk): Plain | null {
  const value = thunk.force();
  if (value.type === 'boolean') return value.value;
  if (value.type !== 'list') return textOf(value);
  const items = value.items.map((item) => textOf(item.force()));
  return items.every((item) => item !== null) ? items : null;
}
