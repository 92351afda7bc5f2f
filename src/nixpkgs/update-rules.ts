import { childrenOf } from '../nix/syntax/children.js';
import {
  type Application,
  type AttributeSet,
  type Expression,
  type NixFile,
  type Node,
  staticName,
} from '../nix/syntax/tree.js';

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
type Value = string | boolean | readonly string[];
/** What one option means; null when its value cannot be honoured. */
type Reading = (value: Value) => Rules | null;

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
  url: () => ({}),
  pname: () => ({}),
  version: () => ({}),
  attrPath: () => ({}),
};

/** Arguments of nix-update that say which release to take; each is followed by its value. */
const nixUpdateArguments: Readonly<Record<string, Reading>> = {
  '--version-regex': (value) => pattern(value, (expression) => ({ allow: `^(?:${expression})` })),
  '--override-filename': (value) => (typeof value === 'string' ? { overrideFile: value } : null),
};

/**
 * Reads `passthru.updateScript` of a derivation file. Rules that are plain literals are returned; whatever is computed,
 * or belongs to a script, is named in `unread` and never guessed at.
 */
export function readUpdateRules(file: NixFile): UpdateRules {
  const scripts = updateScripts(file.root, false);
  const [script] = scripts;
  if (script === undefined) return { unread: [] };
  if (scripts.length > 1) return { unread: ['several updateScript attributes'] };
  return readScript(script, file.text);
}

function readScript(script: Expression, text: string): UpdateRules {
  const expression = unwrapped(script);
  if (isNull(expression)) return { unread: [] };
  if (expression.type !== 'application') return { unread: [`updateScript = ${shown(expression, text)}`] };
  const name = calledName(expression);
  const [options] = expression.arguments;
  if (options === undefined || options.type !== 'set' || expression.arguments.length !== 1) {
    return { unread: [`updateScript = ${shown(expression, text)}`] };
  }
  if (name === 'gitUpdater') return merged(namedOptions(options, text, gitUpdaterOptions));
  if (name === 'nix-update-script') return merged(nixUpdateOptions(options, text));
  return { unread: [`updateScript = ${shown(expression, text)}`] };
}

/** Values bound to `updateScript` directly inside of `passthru`, in either way of writing it. */
function updateScripts(node: Node, insidePassthru: boolean): readonly Expression[] {
  if (node.type !== 'assignment') return childrenOf(node).flatMap((child) => updateScripts(child, insidePassthru));
  const path = node.path.map(staticName);
  const inside = insidePassthru || path.includes('passthru');
  if (inside && path.at(-1) === 'updateScript') return [node.value];
  return updateScripts(node.value, inside);
}

function namedOptions(set: AttributeSet, text: string, known: Readonly<Record<string, Reading>>): readonly Option[] {
  return set.bindings.map((binding) => {
    if (binding.type === 'inherit') return { unread: text.slice(binding.start, binding.end) };
    const name = binding.path.length === 1 && binding.path[0] !== undefined ? staticName(binding.path[0]) : null;
    return read(name, literalValue(binding.value), known, text.slice(binding.start, binding.end));
  });
}

/** `{ attrPath = …; extraArgs = [ "--version-regex" "v(.*)" "--flag" ]; }` */
function nixUpdateOptions(set: AttributeSet, text: string): readonly Option[] {
  return set.bindings.flatMap((binding): readonly Option[] => {
    const name = binding.type === 'assignment' && binding.path[0] ? staticName(binding.path[0]) : null;
    if (name === 'attrPath') return [];
    const value = binding.type === 'assignment' ? literalValue(binding.value) : null;
    if (name === 'extraArgs' && Array.isArray(value)) return commandLine(value);
    return [{ unread: text.slice(binding.start, binding.end) }];
  });
}

/** Every argument of nix-update takes its value after `=` or as the next word; unknown ones are reported one by one. */
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

type Option = { readonly rules: Rules } | { readonly unread: string };

function read(name: string | null, value: Value | null, known: Readonly<Record<string, Reading>>, as: string): Option {
  const reading = name !== null && Object.hasOwn(known, name) ? known[name] : undefined;
  const rules = value === null ? null : (reading?.(value) ?? null);
  return rules === null ? { unread: as } : { rules };
}

function merged(options: readonly Option[]): UpdateRules {
  const rules = options.flatMap((option) => ('rules' in option ? [option.rules] : []));
  return {
    ...Object.assign({}, ...rules),
    unread: options.flatMap((option) => ('unread' in option ? [option.unread] : [])),
  };
}

/** Python's and grep's expressions are JavaScript's, but for POSIX classes and a few escapes: those are not honoured. */
function pattern(value: Value, rules: (expression: string) => Rules): Rules | null {
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

function flag(value: Value, rules: Rules): Rules | null {
  if (typeof value !== 'boolean') return null;
  return value ? rules : {};
}

/** A literal string, boolean or list of literal strings; null for everything that would have to be computed. */
function literalValue(expression: Expression): Value | null {
  const plain = unwrapped(expression);
  if (plain.type === 'variable') return plain.name === 'true' ? true : plain.name === 'false' ? false : null;
  if (plain.type === 'list') {
    const items = plain.items.map(literalValue);
    return items.every((item) => typeof item === 'string') ? items : null;
  }
  if (plain.type !== 'string') return null;
  const parts = plain.parts.map((part) => (part.type === 'text' ? part.value : null));
  return parts.includes(null) ? null : parts.join('');
}

function unwrapped(expression: Expression): Expression {
  return expression.type === 'parenthesised' ? unwrapped(expression.expression) : expression;
}

function isNull(expression: Expression): boolean {
  return expression.type === 'variable' && expression.name === 'null';
}

/** `gitUpdater`, also when written `pkgs.gitUpdater`. */
function calledName(application: Application): string | null {
  const called = unwrapped(application.function);
  if (called.type === 'variable') return called.name;
  const last = called.type === 'selection' ? called.path.at(-1) : undefined;
  return last === undefined ? null : staticName(last);
}

/** The first line, short enough for one sentence. */
function shown(expression: Expression, text: string): string {
  const [line = ''] = text.slice(expression.start, expression.end).split('\n', 1);
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
