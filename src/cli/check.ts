import { Fault } from '../errors.js';
import { upstreamUrl } from '../nixpkgs/derivation-upstream.js';
import type { Driver } from '../nixpkgs/driver.js';
import { findRelease, judgeTags } from '../pipeline/find-release.js';
import { readEveryDriver, type Tracked } from '../pipeline/tracked.js';
import { listTags } from '../watch/tags.js';
import { knownBranches } from './known-branches.js';
import { type ListTags, listOnce } from './list-once.js';
import { type Answer, exitCodes, progress, table } from './output.js';
import { openTools } from './world.js';

/** One driver as `modprobot check` shows it. */
export interface CheckedDriver {
  readonly attr: string;
  /** The version that the tree has. */
  readonly current: string | null;
  /** The version to update to, the one that has to wait, or the current one. */
  readonly newest: string | null;
  /** `refused`: a person has to look; `error`: upstream could not be asked. */
  readonly state: 'behind' | 'current' | 'waiting' | 'refused' | 'error';
  readonly reason: string;
}

/** `modprobot check`: what is behind. Every upstream is asked once, and one that fails stops no other. */
export async function checkCommand(attrs: readonly string[], flags: { readonly nixpkgs: string }): Promise<Answer> {
  const { git, signal } = openTools();
  const known = new Map(readEveryDriver(flags.nixpkgs).map((tracked) => [tracked.driver.attr, tracked]));
  const followed = [...known.values()].filter(({ driver }) => driver.follows !== 'nothing');
  const asked = attrs.length === 0 ? followed.map(({ driver }) => driver.attr) : [...new Set(attrs)];
  const upstreams = new Set(asked.flatMap((attr) => followedUpstream(known.get(attr)?.driver) ?? []));
  const list = listOnce((url) => listTags(url, git), counter(upstreams.size));
  const kernels = await knownBranches(flags.nixpkgs);
  const drivers = await Promise.all(asked.map((attr) => check(attr, known.get(attr), kernels, list)));
  signal.throwIfAborted();
  return { json: { drivers }, text: describe(drivers, attrs.length > 0), exitCode: exitCodeOf(drivers) };
}

async function check(
  attr: string,
  tracked: Tracked | undefined,
  kernels: readonly string[],
  list: ListTags,
): Promise<CheckedDriver> {
  if (tracked === undefined) return refusedAs(attr, null, `The kernel package scope has no attribute ${attr}.`);
  const { driver } = tracked;
  const { version: current } = driver;
  const upstream = followedUpstream(driver);
  const question = { ...tracked, options: {}, kernels, now: new Date() };
  try {
    if (upstream === null)
      return refusedAs(attr, current, whyNotFollowed(findRelease({ ...question, tags: [] }), driver));
    const tags = await list(upstream);
    const found = findRelease({ ...question, tags });
    if (found.outcome === 'refused') return refusedAs(attr, current, found.reason);
    if (found.outcome === 'current') return { attr, current, newest: current, state: 'current', reason: found.reason };
    const waits = judgeTags({ ...question, tags }).verdicts.find(({ verdict }) => waiting.has(verdict));
    if (found.outcome === 'waiting') {
      return { attr, current, newest: versionIn(waits?.tag ?? null, driver), state: 'waiting', reason: found.reason };
    }
    const { tag } = found.release;
    return {
      attr,
      current,
      newest: versionIn(tag.name, driver),
      state: 'behind',
      reason: `${tag.name} is the newest release.`,
    };
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'bug') throw error;
    return { attr, current, newest: null, state: 'error', reason: `${error.message} [${error.code}]` };
  }
}

const waiting = new Set(['kernel-too-new', 'too-young']);

/** The repository whose tags lead to updates; null when no tag does. */
function followedUpstream(driver: Driver | undefined): string | null {
  return driver?.follows === 'tag' ? upstreamUrl(driver) : null;
}

function whyNotFollowed(found: ReturnType<typeof findRelease>, driver: Driver): string {
  if (driver.reason !== undefined) return driver.reason;
  if (found.outcome === 'refused') return found.reason;
  return `${driver.attr} has no upstream repository that is known.`;
}

function refusedAs(attr: string, current: string | null, reason: string): CheckedDriver {
  return { attr, current, newest: null, state: 'refused', reason };
}

/** What stands in a tag where the derivation's own tag has the version; the whole tag where that cannot be told. */
function versionIn(tag: string | null, { rev, version }: Driver): string | null {
  const at = rev !== null && version !== null ? rev.indexOf(version) : -1;
  if (tag === null || rev === null || version === null || at < 0) return tag;
  const [prefix, suffix] = [rev.slice(0, at), rev.slice(at + version.length)];
  if (!tag.startsWith(prefix) || !tag.endsWith(suffix)) return tag;
  return tag.slice(prefix.length, tag.length - suffix.length);
}

/** Counts the upstreams on standard error as they answer. */
function counter(total: number): (url: string, failure: string | null) => void {
  let done = 0;
  return (url, failure) => {
    done += 1;
    progress(`${done}/${total} ${failure ?? url}`);
  };
}

/** What all have in common decides; a mixed list is done. */
function exitCodeOf(drivers: readonly CheckedDriver[]): number {
  const states = new Set(drivers.map(({ state }) => state));
  if (states.size !== 1) return exitCodes.done;
  if (states.has('error')) return exitCodes.fault;
  if (states.has('refused')) return exitCodes.refused;
  return states.has('waiting') ? exitCodes.waiting : exitCodes.done;
}

/** What a person has to look at is only counted, unless it was asked for by name. */
function describe(drivers: readonly CheckedDriver[], named: boolean): string {
  const shown = drivers.filter(({ state }) => named || state !== 'refused');
  const rows = shown.map(({ attr, current, newest, state, reason }) => [
    attr,
    state,
    current ?? '-',
    newest ?? '-',
    reason,
  ]);
  const behind = drivers.filter(({ state }) => state === 'behind').length;
  const left = drivers.length - shown.length;
  const rest = left === 0 ? '' : `; ${left} need a person: modprobot explain ATTR says why`;
  return `${table([['ATTRIBUTE', 'STATE', 'CURRENT', 'NEWEST', ''], ...rows])}\n\n${behind} behind of ${drivers.length}${rest}.`;
}
