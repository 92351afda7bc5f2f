import type { Config, DriverOptions } from '../config/schema.js';
import { nearest } from '../config/suggest.js';
import type { Forge } from '../github/forge.js';
import type { FoundDriver, TrackedOutcome } from '../jobs/drivers.js';
import type { Fork } from '../jobs/forks.js';
import type { Driver } from '../nixpkgs/driver.js';
import { refused } from '../outcome.js';
import type { WorkerContext } from './ports.js';
import { mayHavePassed } from './why-look.js';

/**
 * Records the drivers that the configuration names, and asks for a look at the upstreams of those that have to be looked
 * at. The tree is scanned only if it or the configuration changed.
 */
export async function trackDrivers(
  fork: Fork,
  { changed }: { readonly changed: boolean },
  forge: Forge,
  context: WorkerContext,
): Promise<void> {
  const { ledger, queue } = context;
  if (changed) await record(fork, forge, context);
  const known = await ledger.drivers.ofFork(fork.owner, fork.repo);
  const due = known.filter((driver) => driver.tagsDigest === null || (changed && mayHavePassed(driver)));
  for (const url of new Set(due.map(({ upstream }) => upstream))) {
    if (url !== null) await queue.send({ queue: 'poll-upstream', data: { url } });
  }
}

async function record(fork: Fork, forge: Forge, { ledger, ports, log }: WorkerContext): Promise<void> {
  const wanted = wantedBy(fork.config);
  const scanned = wanted.length === 0 ? [] : await ports.scan(forge, fork.baseHead);
  const found = wanted.map(([attr, options]) => find(attr, options, scanned, ports.upstreamOf));
  await ledger.drivers.replace(fork.owner, fork.repo, found);
  for (const { attr, upstream, driver } of found) {
    if (upstream !== null) continue;
    const outcome = whyNot(attr, driver, scanned);
    log.warn({ fork: `${fork.owner}/${fork.repo}`, attr, code: outcome.code }, String(outcome.reason));
    await ledger.drivers.record({ ...fork, attr }, outcome, null);
  }
}

/** The drivers with their options, what is for all of them among these: a change of it asks for another look. */
function wantedBy(config: Config | null): [string, DriverOptions][] {
  if (config === null) return [];
  const { kernels, minimumReleaseAge } = config;
  const forAll = { kernels, ...(minimumReleaseAge === undefined ? {} : { minimumReleaseAge }) };
  return Object.entries(config.drivers).map(([attr, options]) => [attr, { ...forAll, ...options }]);
}

function find(
  attr: string,
  options: DriverOptions,
  scanned: readonly Driver[],
  upstreamOf: (driver: Driver) => string | null,
): FoundDriver {
  const driver = scanned.find((candidate) => candidate.attr === attr);
  if (driver === undefined) return { attr, options, driver: { attr }, upstream: null };
  return { attr, options, driver: { ...driver }, upstream: upstreamOf(driver) };
}

/** Why a driver that the configuration names is not watched. */
function whyNot(attr: string, driver: FoundDriver['driver'], scanned: readonly Driver[]): TrackedOutcome {
  const { code, reason } = driver;
  if (typeof code === 'string' && typeof reason === 'string') return { outcome: 'refused', code, reason };
  if (scanned.some((candidate) => candidate.attr === attr)) {
    const reason = `${attr} follows no tags: its source is pinned to a commit or has no repository that is known.`;
    return { ...refused('follows-no-tags', reason) };
  }
  const meant = nearest(
    attr,
    scanned.map((candidate) => candidate.attr),
  );
  const advice = meant === null ? 'Correct or remove it in the configuration.' : `Did you mean ${meant}?`;
  return { ...refused('unknown-attribute', `The kernel package scope has no attribute ${attr}. ${advice}`) };
}
