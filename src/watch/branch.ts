import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../errors.js';
import type { Git } from '../net/git.js';

/** The newest commit of the branch that a driver follows. */
export interface SeenHead {
  /** 40 lower-case hex digits. */
  readonly commit: string;
  /** Of the commit, `YYYY-MM-DD`. */
  readonly day: string;
  /** When a commit of this driver was last proposed; null when none ever was. */
  readonly proposedAt: Date | null;
}

/** One line of answer, and one commit without its tree. */
const limits = { timeoutMs: 60_000, maxOutputBytes: 1024 * 1024 };

/**
 * The newest commit of a branch of an upstream, 40 lower-case hex digits, over git's own protocol.
 *
 * @param branch null is the upstream's default branch
 * @throws Fault `upstream-branch-missing`, `upstream-unreachable`, `address-refused`
 */
export async function readHead(address: string, branch: string | null, git: Git): Promise<string> {
  const wanted = branch === null ? 'HEAD' : `refs/heads/${branch}`;
  const output = await asked(address, () =>
    git.remote(address, (url) => ['ls-remote', '--quiet', '--', url, wanted], limits),
  );
  for (const line of output.split('\n')) {
    const [commit = '', name] = line.split('\t');
    // A pattern of ls-remote also finds names that only end in it.
    if (name === wanted && /^[0-9a-f]{40}$/.test(commit)) return commit;
  }
  const message = `${address} has no ${branch === null ? 'default branch' : `branch ${branch}`}.`;
  throw new Fault('upstream-branch-missing', message, { address, branch });
}

/**
 * The day of a commit (its committer's date, UTC), `YYYY-MM-DD`: one commit is fetched, without its tree where the server
 * can leave that out.
 *
 * @throws Fault `upstream-unreachable`, `address-refused`
 */
export async function readDay(address: string, commit: string, git: Git): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'modprobot-commit-'));
  try {
    await git.local(['init', '--quiet', '--bare', '.'], { ...limits, directory });
    const fetching = ['fetch', '--quiet', '--depth=1', '--no-tags', '--filter=tree:0'];
    await asked(address, () =>
      git.remote(address, (url) => [...fetching, '--', url, commit], { ...limits, directory }),
    );
    // `cat-file` reads the commit and nothing else: `show` would ask the server for the tree that was left out.
    const text = await git.local(['cat-file', 'commit', commit], { ...limits, directory });
    const seconds = /^committer .* (\d{1,12}) [-+]\d{4}$/m.exec(text)?.[1];
    if (seconds !== undefined) return new Date(Number(seconds) * 1000).toISOString().slice(0, 10);
    throw new Fault('upstream-unreachable', `${address} has a commit without a date: ${commit}.`, { address, commit });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function asked(address: string, ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Fault) || !error.code.startsWith('git-')) throw error;
    throw new Fault('upstream-unreachable', `${address} does not answer: ${error.message}`, { address }, error);
  }
}
