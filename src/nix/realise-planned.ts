import { Fault } from '../errors.js';
import type { Engine, Finished } from './engine/engine.js';
import { readDerivations, realise, type StepOptions } from './realise.js';

/**
 * Realises what is wanted (`path.drv` or `path.drv!output`) when a dry run said that `built` would be built for it: what the
 * binary caches have is fetched, then what can be built is built, until all of it is there.
 *
 * Only fixed-output derivations get the network, as Nix's own sandbox would have it. Which ones are is read from the store:
 * an attribute `outputHash` in the tree is whatever the tree's author writes. Returns the first step that failed, else the
 * last one; null when nothing was to be done.
 */
export async function realisePlanned(
  engine: Engine,
  wanted: readonly string[],
  built: readonly string[],
  options: StepOptions,
): Promise<Finished | null> {
  const derivations = await readDerivations(engine, [...new Set(built)], options);
  const waiting = new Map(derivations.map((one) => [one.drvPath, one]));
  const needed = new Set([...wanted, ...derivations.flatMap(({ inputs }) => inputs)]);
  const cached = [...needed].filter((path) => !waiting.has(drvOf(path)));

  let finished = cached.length === 0 ? null : await realise(engine, cached, 'full', options);
  while (waiting.size > 0 && (finished === null || finished.exitCode === 0)) {
    const ready = [...waiting.values()].filter(({ inputs }) => !inputs.some((path) => waiting.has(drvOf(path))));
    const [first] = ready;
    if (first === undefined) throw new Fault('bug', 'Derivations wait for each other.', { built });
    const together = ready.filter((one) => one.isFixedOutput === first.isFixedOutput).map(({ drvPath }) => drvPath);
    finished = await realise(engine, together, first.isFixedOutput ? 'full' : 'none', options);
    for (const drvPath of together) waiting.delete(drvPath);
  }
  return finished;
}

function drvOf(path: string): string {
  return path.replace(/!.*$/, '');
}
