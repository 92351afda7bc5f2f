import { isFault } from '../errors.js';
import { readKernelSets } from '../nixpkgs/kernel-sets.js';
import { branchesOf } from '../pipeline/kernels.js';
import { progress } from './output.js';

/** Kernel branches that a tree has, for the choice of a release; none, and a word about it, where it does not say. */
export async function knownBranches(tree: string): Promise<string[]> {
  try {
    return branchesOf(await readKernelSets(tree));
  } catch (error) {
    if (!isFault(error, 'kernel-sets-unreadable')) throw error;
    progress(`${error.message} Releases for a newer kernel than the tree has are not held back.`);
    return [];
  }
}
