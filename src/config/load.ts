import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Config, configSchema, kernelWords } from './schema.js';
import { nearest } from './suggest.js';

/** What is wrong with a configuration, and where. */
export interface ConfigProblem {
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** One sentence for a maintainer. */
  readonly message: string;
}

export type LoadedConfig =
  | { readonly outcome: 'loaded'; readonly config: Config }
  | { readonly outcome: 'invalid'; readonly problems: readonly ConfigProblem[] };

/** Far beyond any real configuration; a larger file is not worth the parser's time. */
const maximumCharacters = 100_000;

/** Keys by the depth at which they stand: top level, and inside a driver. */
const topKeys = ['base', 'kernels', 'minimumReleaseAge', 'drivers'];
const driverKeys = [
  'pattern',
  'asset',
  'follow',
  'branch',
  'interval',
  'series',
  'ignore',
  'allow',
  'minimumReleaseAge',
  'kernels',
];

/** Reads the text of `.github/modprobot.yml`. Never throws on what is in it: every problem has a place. */
export function loadConfig(text: string): LoadedConfig {
  if (text.length > maximumCharacters) {
    return invalid([{ line: 1, column: 1, message: `the file is larger than ${maximumCharacters} characters` }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'error',
  });
  const places = new Places(document, lines);
  if (document.errors.length > 0) {
    return invalid(document.errors.map((error) => places.at(error.pos[0], firstSentence(error.message))));
  }
  return check(document, places);
}

function check(document: Document.Parsed, places: Places): LoadedConfig {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 }) ?? {};
  } catch (error) {
    // Aliases of aliases: a few lines that would unfold to gigabytes.
    return invalid([places.at(0, error instanceof Error ? error.message : String(error))]);
  }
  const result = configSchema.safeParse(value, { reportInput: true });
  if (result.success) return { outcome: 'loaded', config: result.data };
  return invalid(result.error.issues.flatMap((issue) => problemsOf(issue, places)));
}

function invalid(problems: readonly ConfigProblem[]): LoadedConfig {
  const inOrder = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  return { outcome: 'invalid', problems: inOrder };
}

function problemsOf(issue: z.core.$ZodIssue, places: Places): ConfigProblem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => places.ofKey([...path, key], unknownKey(key, path)));
  }
  if (issue.code === 'invalid_key') {
    return [places.ofKey(path, `\`${path.at(-1)}\`: ${issue.issues[0]?.message ?? issue.message}`)];
  }
  const name = path.length === 0 ? 'the file' : `\`${path.join('.')}\``;
  return [places.ofValue(path, `${name}: ${issue.message}${meant(issue)}`)];
}

function unknownKey(key: string, path: readonly string[]): string {
  const known = path.length === 0 ? topKeys : driverKeys;
  const suggestion = nearest(key, known);
  const advice = suggestion ? `did you mean \`${suggestion}\`?` : `known here: ${known.join(', ')}`;
  return `unknown key \`${key}\`; ${advice}`;
}

/** A mistyped word for kernels gets the nearest one. */
function meant(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_format' || !issue.path.includes('kernels')) return '';
  const suggestion = typeof issue.input === 'string' ? nearest(issue.input, kernelWords) : null;
  return suggestion ? `; did you mean \`${suggestion}\`?` : '';
}

function firstSentence(message: string): string {
  return message.split('\n')[0] ?? message;
}

/** Where things stand in the text. */
class Places {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;

  constructor(document: Document.Parsed, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  at(offset: number, message: string): ConfigProblem {
    const { line, col } = this.#lines.linePos(offset);
    // An empty text has no line yet.
    return { line: Math.max(line, 1), column: Math.max(col, 1), message };
  }

  ofKey(path: readonly string[], message: string): ConfigProblem {
    return this.at(this.#keyOffset(path) ?? this.#valueOffset(path), message);
  }

  ofValue(path: readonly string[], message: string): ConfigProblem {
    return this.at(this.#valueOffset(path), message);
  }

  #keyOffset(path: readonly string[]): number | null {
    const parent = this.#node(path.slice(0, -1));
    if (!isMap(parent)) return null;
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1));
    return (pair?.key as Node | undefined)?.range?.[0] ?? null;
  }

  /** The value, or the nearest thing around it that is written down. */
  #valueOffset(path: readonly string[]): number {
    for (let length = path.length; length >= 0; length--) {
      const offset = this.#node(path.slice(0, length))?.range?.[0] ?? this.#keyOffset(path.slice(0, length));
      if (offset !== undefined && offset !== null) return offset;
    }
    return 0;
  }

  #node(path: readonly string[]): Node | undefined {
    if (path.length === 0) return this.#document.contents ?? undefined;
    return this.#document.getIn(path, true) as Node | undefined;
  }
}
