import { GitFailed, git, isAncestor, readRef, zeroSha } from '../git.js';
import { isPull, type PullIssue } from '../model/issues.js';
import { pullView } from '../views/pull.js';
import type { Account, Repository, World } from '../world.js';
import { openSuite } from './checks.js';
import { createdPayload, deletedPayload, pushPayload } from './pushes.js';

export interface RefUpdate {
  /** Full name: `refs/heads/main`. */
  readonly ref: string;
  /** What it points at now; zeros if it does not exist. */
  readonly before: string;
  /** What it shall point at; zeros to delete it. */
  readonly after: string;
}

/**
 * The one way in which refs change, whoever asks: all or nothing, each only if it still stands where `before` says.
 * What GitHub does on a push follows: webhooks, check suites, pull requests that move, close or count as merged.
 * Returns false when a ref had moved.
 */
export async function updateRefs(
  world: World,
  repository: Repository,
  updates: readonly RefUpdate[],
  by: Account,
): Promise<boolean> {
  const lines = updates.map(({ ref, before, after }) => `update ${ref}\0${after}\0${before}\0`);
  try {
    await git(repository.directory, ['update-ref', '-z', '--stdin'], { input: lines.join('') });
  } catch (error) {
    if (error instanceof GitFailed) return false;
    throw error;
  }
  repository.pushedAt = world.now();
  await afterPush(world, repository, updates, by);
  return true;
}

/** Reads where a ref stands and moves it from there. */
export async function moveRef(world: World, repository: Repository, ref: string, after: string, by: Account) {
  const before = (await readRef(repository.directory, ref)) ?? zeroSha;
  return updateRefs(world, repository, [{ ref, before, after }], by);
}

async function afterPush(world: World, repository: Repository, updates: readonly RefUpdate[], by: Account) {
  const changed = updates.filter(({ before, after }) => before !== after);
  const tags = changed.filter(({ ref }) => ref.startsWith('refs/tags/'));
  for (const update of changed) {
    // More than three tags at once, and GitHub tells nobody of any.
    if (tags.length > 3 && tags.includes(update)) continue;
    await tell(world, repository, update, by);
    if (!update.ref.startsWith('refs/heads/')) continue;
    await movePulls(world, repository, update, by);
    if (update.after !== zeroSha) await openSuite(world, repository, update, by);
  }
}

async function tell(world: World, repository: Repository, update: RefUpdate, by: Account) {
  const base = { sender: by, repository };
  if (update.before === zeroSha) {
    world.hooks.emit({ ...base, name: 'create', payload: createdPayload(repository, update) });
  }
  if (update.after === zeroSha) world.hooks.emit({ ...base, name: 'delete', payload: deletedPayload(update) });
  world.hooks.emit({ ...base, name: 'push', payload: await pushPayload(world, repository, update, by) });
}

async function movePulls(world: World, repository: Repository, update: RefUpdate, by: Account) {
  const branch = update.ref.slice('refs/heads/'.length);
  const open = world.repositories
    .flatMap((each) => [...each.issues.values()])
    .filter(isPull)
    .filter((issue) => issue.state === 'open');
  for (const issue of open) {
    const { pull } = issue;
    if (pull.headRepository === repository && pull.headRef === branch) await followHead(world, issue, update, by);
    if (issue.repository === repository && pull.baseRef === branch) await followBase(world, issue, update, by);
  }
}

async function followHead(world: World, issue: PullIssue, update: RefUpdate, by: Account) {
  if (update.after === zeroSha) return markClosed(world, issue, by);
  issue.pull.headSha = update.after;
  issue.pull.mergeability = 'unknown';
  issue.updatedAt = world.now();
  await keepHead(issue);
  const base = await readRef(issue.repository.directory, `refs/heads/${issue.pull.baseRef}`);
  if (base) issue.pull.baseSha = base;
  const { before, after } = update;
  await tellPull(world, issue, 'synchronize', by, { before, after });
}

async function followBase(world: World, issue: PullIssue, update: RefUpdate, by: Account) {
  if (update.after === zeroSha) return markClosed(world, issue, by);
  issue.pull.mergeability = 'unknown';
  const { headSha } = issue.pull;
  if (!(await isAncestor(issue.repository.directory, headSha, update.after))) return;
  issue.pull.mergedAt = world.now();
  issue.pull.mergedBy = by;
  issue.pull.mergeCommit = update.after;
  await markClosed(world, issue, by);
}

/** A pull request's head stays fetchable under its number, from forks and after its branch is gone. */
export async function keepHead({ repository, pull, number }: PullIssue): Promise<void> {
  if (pull.headRepository !== repository) {
    await git(repository.directory, ['fetch', '--quiet', pull.headRepository.directory, pull.headSha]);
  }
  await git(repository.directory, ['update-ref', `refs/pull/${number}/head`, pull.headSha]);
}

async function markClosed(world: World, issue: PullIssue, by: Account): Promise<void> {
  issue.state = 'closed';
  issue.closedAt = world.now();
  issue.closedBy = by;
  issue.updatedAt = world.now();
  await tellPull(world, issue, 'closed', by);
}

export async function tellPull(world: World, issue: PullIssue, action: string, sender: Account, more: object = {}) {
  const { repository, number } = issue;
  const payload = { number, pull_request: await pullView(world, issue), ...more };
  world.hooks.emit({ name: 'pull_request', action, sender, repository, payload });
}
