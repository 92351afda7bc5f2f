import { isDeepStrictEqual } from 'node:util';
import { type FoundConfig, findConfig } from '../config/locate.js';
import { Fault } from '../errors.js';
import type { Forge } from '../github/forge.js';
import { isNixpkgs } from '../github/nixpkgs-fork.js';
import type { Fork } from '../jobs/forks.js';
import type { SyncFork } from '../jobs/job.js';
import type { WorkerContext } from './ports.js';
import { trackDrivers } from './track-drivers.js';

/** Brings what is known of a fork up to what GitHub says: is it nixpkgs, its heads, its configuration, its drivers. */
export async function syncFork(job: SyncFork, context: WorkerContext): Promise<void> {
  const { owner, repo } = job;
  const known = await context.ledger.forks.find(owner, repo);
  const forge = await reach(job, context);
  if (forge === null) return context.ledger.forks.forget(owner, repo);
  const { defaultBranch } = await forge.repository();
  const head = await forge.branchHead(defaultBranch);
  if (head === null || (head !== known?.head && !(await isNixpkgs(forge)))) {
    return context.ledger.forks.dismiss(owner, repo);
  }
  const found = await readConfig(job, head, forge, context);
  const fork = await decide(known, { ...job, defaultBranch, head }, found, forge);
  await context.ledger.forks.save(fork);
  for (const problem of fork.configErrors) {
    context.log.warn({ owner, repo, origin: originOf(found), ...problem }, 'the configuration is wrong');
  }
  const changed = known === null || known.baseHead !== fork.baseHead || !isDeepStrictEqual(known.config, fork.config);
  await trackDrivers(fork, { changed }, forge, context);
  await comparePullRequests(fork, forge, context);
}

/** Null when the App does not reach the repository any more. */
async function reach({ installationId, owner, repo }: SyncFork, { ports }: WorkerContext): Promise<Forge | null> {
  try {
    const forge = await ports.installations.forge(installationId, { owner, name: repo });
    await forge.repository();
    return forge;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

function readConfig(job: SyncFork, head: string, own: Forge, { ports }: WorkerContext): Promise<FoundConfig> {
  return findConfig(
    async (owner, repo, path, ref) => {
      if (repo === job.repo) return own.readFile(path, ref ?? head);
      try {
        const forge = await ports.installations.forge(job.installationId, { owner, name: repo });
        return await forge.readFile(path, ref ?? (await forge.repository()).defaultBranch);
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
    job.owner,
    job.repo,
    head,
  );
}

type Seen = SyncFork & Pick<Fork, 'defaultBranch' | 'head'>;

/** A bad configuration is remembered as such, and the last good one stays in force. */
async function decide(known: Fork | null, seen: Seen, found: FoundConfig, forge: Forge): Promise<Fork> {
  const { owner, repo, installationId, defaultBranch, head } = seen;
  const common = { owner, repo, installationId, defaultBranch, head };
  const lastGood = {
    ...common,
    base: known?.base ?? defaultBranch,
    baseHead: known?.baseHead ?? head,
    config: known?.config ?? null,
    configOrigin: known?.configOrigin ?? null,
  };
  if (found.outcome === 'invalid')
    return { ...lastGood, ...(await moved(lastGood, forge)), configErrors: found.problems };
  const config = found.outcome === 'loaded' ? found.config : null;
  const base = config?.base ?? defaultBranch;
  const baseHead = base === defaultBranch ? head : await forge.branchHead(base);
  if (baseHead === null) {
    const message = `\`base\`: the repository has no branch ${base}`;
    return { ...lastGood, ...(await moved(lastGood, forge)), configErrors: [{ line: 1, column: 1, message }] };
  }
  return { ...common, base, baseHead, config, configOrigin: originOf(found), configErrors: [] };
}

/** The base of the configuration in force goes on, even while the newest configuration is wrong. */
async function moved({ base, baseHead }: { base: string; baseHead: string }, forge: Forge) {
  return { baseHead: (await forge.branchHead(base)) ?? baseHead };
}

function originOf(found: FoundConfig): string | null {
  return found.outcome === 'none' ? null : found.origin;
}

/** What people did with open pull requests while no hook told of it. */
async function comparePullRequests(fork: Fork, forge: Forge, { ledger }: WorkerContext): Promise<void> {
  for (const known of await ledger.pullRequests.ofFork(fork.owner, fork.repo)) {
    if (known.state !== 'open') continue;
    const all = await forge.pullRequests({ head: known.head, base: known.base });
    const now = all.find(({ number }) => number === known.number);
    if (now !== undefined && now.state !== 'open') await ledger.pullRequests.save({ ...known, state: now.state });
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Fault && error.code === 'github-not-found';
}
