import { Fault } from '../errors.js';
import { kernelFor } from '../nixpkgs/kernel-for.js';
import type { KernelSets } from '../nixpkgs/kernel-set.js';
import { readKernelSets } from '../nixpkgs/kernel-sets.js';
import { type Answer, exitCodes, printable, table } from './output.js';

/** `modprobot kernels`: the sets of the tree, or which one a release for a kernel belongs to. */
export async function kernelsCommand(flags: { nixpkgs: string; for?: string }): Promise<Answer> {
  const sets = await readKernelSets(flags.nixpkgs);
  if (flags.for === undefined) return { json: sets, text: describe(sets), exitCode: exitCodes.done };
  const answer = kernelFor(sets, flags.for);
  if (answer === null) {
    throw new Fault('option-invalid', `--for ${JSON.stringify(flags.for)} is no kernel such as 6.8 or 6.5.11.`);
  }
  return {
    json: answer,
    text: printable(`${answer.state}: ${answer.set}. ${answer.sentence}`),
    exitCode: exitCodes.done,
  };
}

function describe({ sets, removed }: KernelSets): string {
  const rows = sets.map(({ set, version, branch, lts, aliases }) => [
    set,
    version,
    branch,
    lts ? 'lts' : '',
    aliases.join(' '),
  ]);
  const dead = removed.map(({ set, sentence }) => [set, sentence]);
  const live = table([['SET', 'VERSION', 'BRANCH', 'LTS', 'ALIASES'], ...rows]);
  return dead.length === 0 ? live : `${live}\n\nRemoved:\n${table(dead)}`;
}
