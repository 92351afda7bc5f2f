import { compareKernels, kernelLine } from './kernel.js';
import { type Pattern, type Reading, readTag } from './pattern.js';
import { compareVersions, parseVersion } from './version.js';

/** An asset whose name has one of the patterns' shapes. */
export interface ReadAsset<Named extends { readonly name: string } = { readonly name: string }> {
  readonly asset: Named;
  readonly pattern: Pattern;
  readonly reading: Reading;
}

/** The assets whose names can be read, each by the first pattern that reads it; another letter is another series. */
export function readAssets<Named extends { readonly name: string }>(
  patterns: readonly Pattern[],
  assets: readonly Named[],
): ReadAsset<Named>[] {
  return assets.flatMap((asset) => {
    for (const pattern of patterns) {
      const reading = readTag(pattern, asset.name);
      if (reading !== null) return [{ asset, pattern, reading }];
    }
    return [];
  });
}

/**
 * Orders the assets of one release by how well they fit, best last: one for a kernel that nixpkgs has before one for a
 * kernel that it has not, then the newest kernel, then the newest version of the file.
 *
 * @param kernels branches that nixpkgs has, `6.12`
 */
export function compareFit(kernels: readonly string[]): (one: ReadAsset, other: ReadAsset) => number {
  const has = ({ reading }: ReadAsset) => Number(kernels.includes(kernelLine(reading.kernel ?? '') ?? ''));
  return (one, other) =>
    has(one) - has(other) ||
    compareKernels(one.reading.kernel ?? '', other.reading.kernel ?? '') ||
    compareText(one.reading.version, other.reading.version);
}

/** Whether an asset is for a newer kernel than nixpkgs has any of. */
export function isTooNew({ reading }: ReadAsset, kernels: readonly string[]): boolean {
  const line = reading.kernel === null ? null : kernelLine(reading.kernel);
  return line !== null && kernels.length > 0 && kernels.every((kernel) => compareKernels(line, kernel) > 0);
}

function compareText(one: string, other: string): number {
  const [left, right] = [parseVersion(one), parseVersion(other)];
  return left === null || right === null ? 0 : compareVersions(left, right);
}
