import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import PQueue from 'p-queue';
import { explainFullDisk, Fault } from '../errors.js';
import type { Git } from '../net/git.js';

/** Commits that are kept, newest last: the next fetch builds upon them. Twice as many may gather before the older ones go. */
const keptCommits = 16;

/** nixpkgs without history is some 60 MB to fetch and 45,000 files to write. */
const limits = { timeoutMs: 20 * 60 * 1000, maxOutputBytes: 1024 * 1024 };

interface ForkCommit {
  /** `https://github.com/owner/nixpkgs` */
  readonly address: string;
  /** 40 lower-case hex digits. */
  readonly commit: string;
  /** The installation's token, for a private fork. */
  readonly token?: string;
}

/** One commit's files in a directory of their own, for whoever asked; builders read it, its owner may write into it. */
interface Checkout {
  /** Absolute. */
  readonly directory: string;
  dispose(): Promise<void>;
}

/** Fetched commits of forks, in one bare repository under `cache`, and checkouts of them. Safe for jobs that run at once. */
export interface Checkouts {
  /** Fetches the commit, without history, unless it is there. Throws `fork-unreachable` and what `Git.remote` throws. */
  fetch(fork: ForkCommit): Promise<void>;
  /** Fetches the commit if need be and writes its files out. Throws `fork-unreachable`. */
  checkOut(fork: ForkCommit): Promise<Checkout>;
}

/** @param cache absolute path of a directory, made when first needed */
export function openCheckouts(cache: string, git: Git): Checkouts {
  const repository = path.join(cache, 'nixpkgs.git');
  // git takes a lock on the list of shallow commits: fetches of one process go one after the other.
  const fetches = new PQueue({ concurrency: 1 });
  let checkingOut = 0;

  async function fetch(fork: ForkCommit): Promise<void> {
    if (!/^[0-9a-f]{40}$/.test(fork.commit)) throw new Fault('bug', `${fork.commit} is no commit id.`, known(fork));
    await fetches.add(async () => {
      await ensureRepository(cache, repository, git);
      if (await isComplete(fork.commit)) return;
      await fetchFrom(fork);
      // A reference keeps the commit, is what the next fetch builds upon, and is the sign that all of it arrived.
      await local(['update-ref', '--end-of-options', reference(fork.commit), fork.commit]);
    });
  }

  /** Forgets all but the newest commits once too many are there. Only while no fetch and no checkout of this process runs. */
  async function prune(): Promise<void> {
    const order = ['--sort=committerdate', '--format=%(refname)', 'refs/modprobot/'];
    const references = (await local(['for-each-ref', ...order])).split('\n').filter((line) => line !== '');
    if (references.length <= 2 * keptCommits) return;
    for (const old of references.slice(0, -keptCommits)) await local(['update-ref', '-d', '--end-of-options', old]);
    await local(['gc', '--quiet', '--prune=now']);
  }

  async function fetchFrom(fork: ForkCommit, attempt = 1): Promise<void> {
    const args = (url: string) => [
      ...['--git-dir', repository, 'fetch', '--quiet', '--depth=1', '--no-tags', '--no-write-fetch-head'],
      ...['--no-auto-maintenance', '--end-of-options', url, fork.commit],
    ];
    try {
      await git.remote(fork.address, args, fork.token === undefined ? limits : { ...limits, token: fork.token });
    } catch (error) {
      if (isLocked(error) && attempt < 30) {
        await setTimeout(1000);
        return fetchFrom(fork, attempt + 1);
      }
      throw explain(fork, cache, error);
    }
  }

  async function checkOut(fork: ForkCommit): Promise<Checkout> {
    await fetches.add(async () => {
      await ensureRepository(cache, repository, git);
      if (checkingOut === 0) await prune();
      checkingOut += 1;
    });
    try {
      return await writeOut(fork);
    } finally {
      checkingOut -= 1;
    }
  }

  async function writeOut(fork: ForkCommit): Promise<Checkout> {
    await fetch(fork);
    await removeLeftovers(cache);
    const directory = await mkdtemp(path.join(cache, 'tree-'));
    // Builders of other users read it.
    await chmod(directory, 0o755);
    // An index of its own, beside the tree: checkouts at once share the objects and nothing else.
    const index = `${directory}.index`;
    try {
      await local(['--work-tree', directory, 'read-tree', fork.commit], index);
      await local(['--work-tree', directory, 'checkout-index', '--all', '--quiet'], index, directory);
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw explainFullDisk(error, 'a checkout of nixpkgs', cache);
    } finally {
      await rm(index, { force: true });
    }
    return { directory, dispose: () => rm(directory, { recursive: true, force: true }) };
  }

  async function isComplete(commit: string): Promise<boolean> {
    const found = await local(['for-each-ref', '--format=%(objectname)', reference(commit)]);
    return found.trim() === commit;
  }

  function local(args: readonly string[], index?: string, directory = cache): Promise<string> {
    return git.local(['--git-dir', repository, ...args], {
      ...limits,
      directory,
      ...(index === undefined ? {} : { index }),
    });
  }

  return { fetch, checkOut };
}

/** Another process holds git's lock for the moment. */
function isLocked(error: unknown): boolean {
  return error instanceof Fault && error.code === 'git-failed' && /shallow\.lock/.test(String(error.data.stderr));
}

function explain(fork: ForkCommit, cache: string, error: unknown): unknown {
  const full = explainFullDisk(error, 'the commit of a fork', cache);
  if (full !== error || !(error instanceof Fault)) return full;
  if (!['git-failed', 'git-timeout', 'host-unresolved'].includes(error.code)) return error;
  const message = `Commit ${fork.commit} of ${fork.address} could not be fetched: ${error.message}`;
  return new Fault('fork-unreachable', message, known(fork), error);
}

function reference(commit: string): string {
  return `refs/modprobot/${commit}`;
}

function known({ address, commit }: ForkCommit): { address: string; commit: string } {
  return { address, commit };
}

/** Made aside and moved into place, so that nobody meets half a repository. */
async function ensureRepository(cache: string, repository: string, git: Git): Promise<void> {
  if (existsSync(repository)) return;
  await mkdir(cache, { recursive: true });
  const aside = `${repository}.${randomUUID()}`;
  await git.local(['init', '--quiet', '--bare', '--end-of-options', aside], limits);
  // It fails where another process was faster: theirs is as good.
  await rename(aside, repository).catch(() => rm(aside, { recursive: true, force: true }));
}

/** A process that was killed could not dispose of its trees. No job lasts a day. */
async function removeLeftovers(cache: string): Promise<void> {
  const oldest = Date.now() - 24 * 60 * 60 * 1000;
  for (const name of await readdir(cache)) {
    if (!name.startsWith('tree-')) continue;
    const leftover = path.join(cache, name);
    // Another job may be removing the same one.
    const state = await stat(leftover).catch(() => null);
    if (state !== null && state.mtimeMs < oldest) await rm(leftover, { recursive: true, force: true });
  }
}
