import { collectFacts, type Facts } from '../nix/facts.js';
import type { KernelSet } from '../nixpkgs/kernel-set.js';
import type { VerifyPorts } from './ports.js';

/** What is asked of a tree. */
export interface AskedFacts {
  readonly sets: readonly Pick<KernelSet, 'set'>[];
  /** Names in the kernel package scope. */
  readonly attrs: readonly string[];
  /** Names in nixpkgs itself. */
  readonly packages: readonly string[];
}

/** What Nix says of two trees; `before` is null where there is nothing to compare with. */
export interface FactsOfTrees {
  readonly before: Facts | null;
  readonly after: Facts;
}

/** All that is asked of one tree. Throws what `collectFacts` throws. */
export function factsOf(tree: string, { sets, attrs, packages }: AskedFacts, ports: VerifyPorts): Promise<Facts> {
  const { engine, settings, signal } = ports;
  return collectFacts(engine, {
    ...{ tree, sets: sets.map(({ set }) => set), attrs, packages },
    system: settings.system,
    timeoutMs: settings.evaluationMs,
    ...(signal === undefined ? {} : { signal }),
  });
}
