import { changesBetween } from '../differences.js';
import { type Commit, commitsBetween, emptyTree, isAncestor, readCommit, resolve, zeroSha } from '../git.js';
import { repositoryPage } from '../views/repository.js';
import type { Account, Repository, World } from '../world.js';
import type { RefUpdate } from './refs.js';

/** GitHub lists at most this many commits in a push. */
const mostCommits = 2048;

function short(ref: string): { ref: string; ref_type: 'branch' | 'tag' } {
  const ref_type = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  return { ref: ref.replace(/^refs\/(heads|tags)\//, ''), ref_type };
}

export function createdPayload(repository: Repository, { ref }: RefUpdate) {
  return { ...short(ref), master_branch: repository.defaultBranch, description: null, pusher_type: 'user' };
}

export function deletedPayload({ ref }: RefUpdate) {
  return { ...short(ref), pusher_type: 'user' };
}

export async function pushPayload(world: World, repository: Repository, update: RefUpdate, by: Account) {
  const { directory } = repository;
  const { ref, before, after } = update;
  const isNew = before === zeroSha;
  const gone = after === zeroSha;
  const head = gone ? undefined : await resolve(directory, after);
  const from = isNew ? await resolve(directory, repository.defaultBranch) : before;
  const shas = head && from && ref.startsWith('refs/heads/') ? await commitsBetween(directory, from, head) : [];
  const view = async (sha: string) => pushedCommit(world, repository, await readCommit(directory, sha));
  const page = repositoryPage(repository);
  return {
    ref,
    before,
    after,
    base_ref: null,
    created: isNew,
    deleted: gone,
    forced: !isNew && !gone && !(await isAncestor(directory, before, after)),
    compare:
      isNew || gone ? `${page}/commit/${after}` : `${page}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: await Promise.all(shas.slice(-mostCommits).map(view)),
    head_commit: head ? await view(head) : null,
    pusher: { name: by.login, email: by.email },
  };
}

async function pushedCommit(world: World, repository: Repository, commit: Commit) {
  const changes = await changesBetween(repository.directory, commit.parents[0] ?? emptyTree, commit.sha);
  const files = (...statuses: string[]) =>
    changes.filter(({ status }) => statuses.includes(status)).map(({ filename }) => filename);
  const person = ({ name, email, date }: Commit['author']) => {
    const account = world.accountByEmail(email);
    return { name, email, date, ...(account ? { username: account.login } : {}) };
  };
  const renamed = changes.flatMap(({ previous }) => previous ?? []);
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repositoryPage(repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: files('added', 'renamed', 'copied'),
    removed: [...files('removed'), ...renamed],
    modified: files('modified', 'changed'),
  };
}
