const firstMilliseconds = 60_000;
const longestMilliseconds = 6 * 60 * 60_000;

/**
 * How long an upstream that failed is left alone: twice as long after every failure in a row, six hours at most, and of
 * that a random part between the half and the whole, so that what failed together is not asked together again.
 *
 * @param failures in a row, this one included
 * @param random at least 0, below 1
 */
export function restMilliseconds(failures: number, random: number): number {
  const longest = Math.min(firstMilliseconds * 2 ** (failures - 1), longestMilliseconds);
  return Math.ceil(longest * (0.5 + random / 2));
}
