import { compareVersions, parseVersion } from './version.js';

/** `6.9`, `6.5.11`, `6.7-rc2`: a kernel as tags name it. */
export function isKernel(text: string): boolean {
  return /^[0-9]+\.[0-9]+(?:\.[0-9]+)*(?:-?rc[0-9]+)?$/.test(text) && parseVersion(text) !== null;
}

/** The line of a kernel, without patch level and release candidate: `6.5` of `6.5.11-rc1`; null for what is no kernel. */
export function kernelLine(kernel: string): string | null {
  if (!isKernel(kernel)) return null;
  return /^[0-9]+\.[0-9]+/.exec(kernel)?.[0] ?? null;
}

/** Orders kernels; a release candidate stands before its release. What is no kernel sorts first. */
export function compareKernels(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  return compareVersions(left, right);
}

export function isReleaseCandidate(kernel: string): boolean {
  return parseVersion(kernel)?.prerelease ?? false;
}
