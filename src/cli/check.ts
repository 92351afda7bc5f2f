import { Fault } from '../errors.js';
import type { Driver } from '../nixpkgs/driver.js';
import { type Refused, refused } from '../outcome.js';
import { findRelease, judgeTags, type ReleaseQuestion } from '../pipeline/find-release.js';
import { readEveryDriver, type Tracked } from '../pipeline/tracked.js';
import { listTags } from '../watch/tags.js';
import { followedUpstream } from './followed-upstream.js';
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
  const kernels = await knownBranches(flags.nixpkgs);
  const questions = asked.map((attr) => questionOf(attr, known.get(attr), kernels));
  const upstreams = new Set(questions.flatMap(({ upstream }) => (typeof upstream === 'string' ? [upstream] : [])));
  const list = listOnce((url) => listTags(url, git), counter(upstreams.size));
  const drivers = await Promise.all(questions.map((question) => check(question, list)));
  signal.throwIfAborted();
  return { json: { drivers }, text: describe(drivers, attrs.length > 0), exitCode: exitCodeOf(drivers) };
}

interface Question {
  readonly attr: string;
  /** Null for an attribute that the tree does not have. */
  readonly release: Omit<ReleaseQuestion, 'tags'> | null;
  /** Where to ask, or why nobody is asked. */
  readonly upstream: string | Refused;
}

function questionOf(attr: string, tracked: Tracked | undefined, kernels: readonly string[]): Question {
  if (tracked === undefined) {
    const upstream = refused('unknown-attribute', `The kernel package scope has no attribute ${attr}.`);
    return { attr, release: null, upstream };
  }
  const release = { ...tracked, options: {}, kernels, now: new Date() };
  return { attr, release, upstream: followedUpstream(release) };
}

async function check({ attr, release, upstream }: Question, list: ListTags): Promise<CheckedDriver> {
  const current = release?.driver.version ?? null;
  const nothing = { attr, current, newest: null };
  if (typeof upstream !== 'string') return { ...nothing, state: 'refused', reason: upstream.reason };
  if (release === null) throw new Fault('bug', 'An unknown attribute has an upstream.', { attr });
  try {
    const question = { ...release, tags: await list(upstream) };
    const found = findRelease(question);
    if (found.outcome === 'found') {
      const { name } = found.release.tag;
      const newest = versionIn(name, release.driver);
      return { attr, current, newest, state: 'behind', reason: `${name} is the newest release.` };
    }
    const { outcome: state, reason } = found;
    if (state === 'current') return { attr, current, newest: current, state, reason };
    if (state === 'refused') return { ...nothing, state, reason };
    const waits = judgeTags(question).verdicts.find(({ verdict }) => waiting.has(verdict));
    return { attr, current, newest: versionIn(waits?.tag ?? null, release.driver), state, reason };
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'bug') throw error;
    return { ...nothing, state: 'error', reason: `${error.message} [${error.code}]` };
  }
}

const waiting = new Set(['kernel-too-new', 'too-young']);

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
