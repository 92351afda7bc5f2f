import type { Tag } from '../watch/tag.js';
import type { Candidate, Context } from './context.js';
import { parseDate } from './date.js';
import { kinship, prefixOf, splitName } from './name.js';
import type { Reading } from './pattern.js';
import { isInSeries } from './series.js';
import { dateForNumber } from './shape.js';
import { compareVersions, parseVersion, type Version } from './version.js';

/**
 * Whether a tag of another shape looks like what upstream calls its releases now: nearly the same name
 * (`v0.13` after `0.12.1`, `sgx_driver_` beside `sgx_diver_`), and newer than everything of the known shape.
 */
export function looksLikeNewScheme(
  tag: Tag,
  candidate: Candidate | undefined,
  known: readonly Candidate[],
  context: Context,
): boolean {
  if (candidate !== undefined) return dateForNumber(candidate, context) !== null && !isPrerelease(candidate);
  const next = readInOtherScheme(tag.name, context);
  if (next === null) return false;
  const reference = newest(known.map(({ reading }) => reading).concat(context.current.reading ?? []));
  if (reference === null) return false;
  const order = compareVersions(next.version, reference);
  // One tag that slipped beside a row of well spelt ones: worth a word as soon as the row has caught up with it.
  return order > 0 || (order === 0 && next.kin === 'misspelt' && known.length === 1);
}

function readInOtherScheme(tag: string, { pattern, pin }: Context): { version: Version; kin: string } | null {
  const name = splitName(tag);
  const first = pattern.tokens.find((token) => 'slot' in token);
  if (name === null || first === undefined || !('slot' in first)) return null;
  const kin = kinship(prefixOf(pattern), name.prefix);
  if (kin === 'other' || kin === 'unnamed') return null;
  if (first.slot !== 'version' && first.slot !== 'date') return null;
  const version = first.slot === 'date' ? parseDate(name.version) : parseVersion(name.version);
  if (version === null || version.prerelease || !isInSeries(pin, name.version)) return null;
  return { version, kin };
}

const isPrerelease = ({ reading }: Candidate): boolean => reading.order.some((version) => version.prerelease);

function newest(readings: readonly Reading[]): Version | null {
  const versions = readings.flatMap((reading) => reading.order.slice(0, 1)).filter((version) => !version.prerelease);
  return versions.toSorted(compareVersions).at(-1) ?? null;
}
