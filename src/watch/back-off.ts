/** Milliseconds. */
export interface RestLimits {
  readonly first: number;
  readonly longest: number;
}

const upstreams: RestLimits = { first: 60_000, longest: 6 * 60 * 60_000 };

/**
 * How long what failed is left alone: twice as long after every failure in a row, up to a limit, and of that a random
 * part between the half and the whole, so that what failed together is not asked together again.
 *
 * @param failures in a row, this one included
 * @param random at least 0, below 1
 * @param limits those of upstreams, unless told
 */
export function restMilliseconds(failures: number, random: number, limits = upstreams): number {
  const longest = Math.min(limits.first * 2 ** (failures - 1), limits.longest);
  return Math.ceil(longest * (0.5 + random / 2));
}
