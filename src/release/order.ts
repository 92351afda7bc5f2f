import type { Current } from './current.js';
import { compareKernels } from './kernel.js';
import type { Reading } from './pattern.js';
import { compareVersions } from './version.js';

/**
 * Orders two releases: the driver's own version decides, and only for the same driver the kernel it was released for.
 * A release that names no kernel equals every other of the same version.
 */
export function compareReleases(a: Reading, b: Reading): number {
  for (const [at, left] of a.order.entries()) {
    const right = b.order[at];
    const order = right === undefined ? 0 : compareVersions(left, right);
    if (order !== 0) return order;
  }
  return a.kernel === null || b.kernel === null ? 0 : compareKernels(a.kernel, b.kernel);
}

/** Whether a tag is the release that the derivation has today. */
export function isCurrent(reading: Reading, current: Current): boolean {
  if (current.reading === null || current.series === null) return false;
  const sameSeries = reading.series.toLowerCase() === current.series.toLowerCase();
  return sameSeries && compareReleases(reading, current.reading) === 0;
}
