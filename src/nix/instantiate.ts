import { Fault } from '../errors.js';
import type { Engine } from './engine/engine.js';

export interface Evaluation {
  /** A Nix expression: a function of the arguments. */
  readonly expression: string;
  /** Absolute path of the nixpkgs tree; the expression gets it as `tree` and can read nothing else. */
  readonly tree: string;
  /** Handed over as the string `request`, in JSON. */
  readonly request: unknown;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export type Evaluated =
  | { readonly outcome: 'value'; readonly value: unknown }
  /** Nix refused; the sentence is its own. */
  | { readonly outcome: 'died'; readonly sentence: string; readonly log: string };

/**
 * Evaluates strictly to JSON. Derivations are written to the store, so that they can be realised; nothing is built
 * (`allow-import-from-derivation`), nothing is fetched, and nothing but the tree is read (`restrict-eval`).
 *
 * Throws `evaluation-timeout`, and `engine-failed` when the evaluation was killed.
 */
export async function evaluate(engine: Engine, evaluation: Evaluation): Promise<Evaluated> {
  const { expression, tree, request, timeoutMs, signal } = evaluation;
  const finished = await engine.run({
    program: 'nix-instantiate',
    args: [
      ...['--eval', '--strict', '--json', '--read-write-mode'],
      ...['--option', 'allow-import-from-derivation', 'false'],
      ...['--option', 'restrict-eval', 'true', '-I', `nixpkgs=${tree}`],
      ...['--argstr', 'tree', tree, '--argstr', 'request', JSON.stringify(request)],
      ...['--expr', expression],
    ],
    trees: [tree],
    network: 'none',
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  if (finished.timedOut) {
    throw new Fault('evaluation-timeout', `Evaluating ${tree} took longer than ${timeoutMs / 1000} s.`, { tree });
  }
  signal?.throwIfAborted();
  if (finished.exitCode === null) {
    throw new Fault('engine-failed', `Evaluating ${tree} was killed, probably by the memory limit.`, { tree });
  }
  if (finished.exitCode !== 0) {
    return { outcome: 'died', sentence: nixSentence(finished.stderr), log: finished.stderr };
  }
  return { outcome: 'value', value: JSON.parse(finished.stdout) };
}

/**
 * Nix's own words for why it gave up: its trace ends with the innermost `error:`, which may go over several lines.
 * Empty when there is none.
 */
export function nixSentence(stderr: string): string {
  const lines = stderr.split('\n');
  const start = lines.findLastIndex((line) => /^\s*error: ./.test(line));
  if (start === -1) return '';
  const indent = /^\s*/.exec(lines[start] ?? '')?.[0].length ?? 0;
  const sentence = [(lines[start] ?? '').trim().replace(/^error: /, '')];
  for (const line of lines.slice(start + 1)) {
    const isContinued = line.trim() !== '' && /^\s*/.exec(line)?.[0].length === (indent === 0 ? 7 : indent);
    if (!isContinued || /^\s*(at |\d*\|)/.test(line)) break;
    sentence.push(line.trim());
  }
  return sentence.join(' ').trim();
}
