import { compareKernels, kernelLine } from '../release/kernel.js';
import type { KernelSet, KernelSets } from './kernel-set.js';

/** The contract of `modprobot kernels --for`. */
export interface KernelAnswer {
  readonly state: 'present' | 'removed' | 'gone' | 'newer';
  /** The set that the kernel belongs to, whether nixpkgs has it or not. */
  readonly set: string;
  /** What a maintainer should know; for `removed`, nixpkgs' own words. */
  readonly sentence: string;
}

/** Which set a release's kernel (`6.5.11-rc1`, without patch level and `-rcN`) means; null for what names no kernel. */
export function kernelFor(sets: KernelSets, kernel: string): KernelAnswer | null {
  const line = kernelLine(kernel);
  if (line === null) return null;
  const set = setName(line);
  const present = sets.sets.find((candidate) => candidate.set === set);
  if (present !== undefined)
    return { state: 'present', set, sentence: `nixpkgs has ${set} with kernel ${present.version}.` };
  const removed = sets.removed.find((candidate) => candidate.set === set);
  if (removed !== undefined) return { state: 'removed', set, sentence: removed.sentence };
  const newest = mainlineSets(sets).at(-1);
  if (newest === undefined || compareKernels(line, newest.branch) > 0) {
    const known = newest === undefined ? 'nixpkgs has no kernel set' : `the newest that nixpkgs has is ${newest.set}`;
    return { state: 'newer', set, sentence: `Kernel ${line} is newer than any set; ${known}.` };
  }
  return { state: 'gone', set, sentence: `nixpkgs has no ${set} any more.` };
}

/** The sets of plain kernels (`linux_6_12`), oldest first; zen, xanmod, hardened, real-time and testing are none. */
export function mainlineSets(sets: KernelSets): KernelSet[] {
  const plain = sets.sets.filter(({ set, branch }) => set === setName(branch));
  return plain.sort((a, b) => compareKernels(a.branch, b.branch));
}

const setName = (line: string): string => `linux_${line.replace('.', '_')}`;
