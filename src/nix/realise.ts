import { Fault } from '../errors.js';
import { derivationInputs, isFixedOutput, splitDerivations } from './derivation.js';
import type { Engine, Finished } from './engine/engine.js';

/** How long a step may take, who may end it, and who listens. */
export interface StepOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** What realising would do. */
export interface DryRun {
  /** Derivations that would be built here. */
  readonly built: readonly string[];
  /** Store paths that a binary cache has. */
  readonly fetched: readonly string[];
}

/** Asks what realising the derivations would build and fetch, without doing it (`nix-store --realise --dry-run`). */
export async function dryRun(engine: Engine, drvPaths: readonly string[], options: StepOptions): Promise<DryRun> {
  const finished = await store(engine, ['--realise', '--dry-run', ...drvPaths], 'full', options);
  if (finished.timedOut) throw new Fault('engine-failed', 'Asking the binary caches took too long.', { drvPaths });
  if (finished.exitCode !== 0) {
    throw new Fault('engine-failed', `Nix could not tell what would be built: ${finished.stderr.trim().slice(-500)}`, {
      drvPaths,
    });
  }
  const plan = { built: new Set<string>(), fetched: new Set<string>() };
  let section: Set<string> | null = null;
  for (const line of finished.stderr.split('\n')) {
    if (/^(this derivation|these \d+ derivations) will be built/.test(line)) section = plan.built;
    else if (/^(this path|these \d+ paths) will be fetched/.test(line)) section = plan.fetched;
    else if (!line.startsWith('  ')) section = null;
    else section?.add(line.trim());
  }
  return { built: [...plan.built], fetched: [...plan.fetched] };
}

/**
 * Realises derivations (or `path.drv!output`). With the network, what a binary cache has is fetched and the rest is built with
 * it: `realisePlanned` says what may be. Without, what they need must be there.
 */
export function realise(
  engine: Engine,
  drvPaths: readonly string[],
  network: 'none' | 'full',
  options: StepOptions,
): Promise<Finished> {
  return store(engine, ['--realise', '--keep-going', ...drvPaths], network, options);
}

/** Builds a derivation whose inputs are there, without any network. Its outputs are the lines of the standard output. */
export function build(engine: Engine, drvPath: string, options: StepOptions): Promise<Finished> {
  return store(engine, ['--realise', drvPath], 'none', options);
}

/** One derivation as the store has it, whatever the tree that made it says of it. */
export interface StoredDerivation {
  readonly drvPath: string;
  /** What must be there before it is built, as `path.drv!output`. */
  readonly inputs: readonly string[];
  readonly isFixedOutput: boolean;
}

/** Reads derivations from the store, in the order in which they were named. */
export async function readDerivations(
  engine: Engine,
  drvPaths: readonly string[],
  options: StepOptions,
): Promise<readonly StoredDerivation[]> {
  if (drvPaths.length === 0) return [];
  const finished = await runStep(engine, 'cat', ['--', ...drvPaths], 'none', options);
  if (finished.exitCode !== 0) {
    throw new Fault('engine-failed', `The derivations cannot be read: ${finished.stderr.trim()}`, { drvPaths });
  }
  const texts = splitDerivations(finished.stdout);
  if (texts.length !== drvPaths.length) {
    const message = `${drvPaths.length} derivations were read and ${texts.length} found.`;
    throw new Fault('engine-failed', message, { drvPaths });
  }
  return texts.map((text, place) => ({
    drvPath: drvPaths[place] ?? '',
    inputs: derivationInputs(text).flatMap(({ drvPath, outputs }) => outputs.map((output) => `${drvPath}!${output}`)),
    isFixedOutput: isFixedOutput(text),
  }));
}

/** Runs a program of a step; an aborted step throws the signal's reason. */
export async function runStep(
  engine: Engine,
  program: string,
  args: readonly string[],
  network: 'none' | 'full',
  options: StepOptions,
): Promise<Finished> {
  const { timeoutMs, signal, onLine } = options;
  signal?.throwIfAborted();
  const finished = await engine.run({
    program,
    args,
    trees: [],
    network,
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
    ...(onLine === undefined ? {} : { onLine }),
  });
  signal?.throwIfAborted();
  return finished;
}

function store(
  engine: Engine,
  args: readonly string[],
  network: 'none' | 'full',
  options: StepOptions,
): Promise<Finished> {
  return runStep(engine, 'nix-store', args, network, options);
}
