import type { KernelSets } from '../nixpkgs/kernel-set.js';
import type { SelectedSets } from '../verify/policy.js';

/** Kernel branches that a tree has, `6.12`: a release for a newer one waits. */
export function branchesOf({ sets }: KernelSets): string[] {
  return [...new Set(sets.map(({ branch }) => branch))];
}

/** The sets that Nix asks for a driver's source: its own first, and the default in case it is in none of them. */
export function askFirst(matrix: Pick<SelectedSets, 'matching' | 'sets'>, kernels: KernelSets): string[] {
  const own = matrix.matching === null ? [] : [matrix.matching];
  return [...new Set([...own, ...matrix.sets.map(({ set }) => set), kernels.default])];
}
