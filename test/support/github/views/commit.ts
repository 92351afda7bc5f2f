import { changesBetween, type FileChange } from '../differences.js';
import { type Commit, emptyTree, readCommit } from '../git.js';
import type { Repository, World } from '../world.js';
import { accountView } from './account.js';
import { repositoryPage, repositoryUrl } from './repository.js';

export const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/** A commit as the git data API tells it. */
export function gitCommitView(repository: Repository, commit: Commit) {
  const url = repositoryUrl(repository);
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${url}/git/commits/${commit.sha}`,
    html_url: `${repositoryPage(repository)}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
    parents: parentsView(repository, commit),
    verification: unsigned,
  };
}

function parentsView(repository: Repository, commit: Commit) {
  return commit.parents.map((sha) => ({
    sha,
    url: `${repositoryUrl(repository)}/git/commits/${sha}`,
    html_url: `${repositoryPage(repository)}/commit/${sha}`,
  }));
}

/** A commit as lists and comparisons tell it, with the accounts behind its addresses. */
export function commitView(world: World, repository: Repository, commit: Commit) {
  const url = repositoryUrl(repository);
  const person = (email: string) => {
    const account = world.accountByEmail(email);
    return account ? accountView(account) : null;
  };
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      url: `${url}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unsigned,
    },
    url: `${url}/commits/${commit.sha}`,
    html_url: `${repositoryPage(repository)}/commit/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    author: person(commit.author.email),
    committer: person(commit.committer.email),
    parents: parentsView(repository, commit),
  };
}

/** A commit with its files and their counts. */
export async function fullCommitView(world: World, repository: Repository, sha: string) {
  const commit = await readCommit(repository.directory, sha);
  const changes = await changesBetween(repository.directory, commit.parents[0] ?? emptyTree, sha);
  const { additions, deletions } = totals(changes);
  return {
    ...commitView(world, repository, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: changes.slice(0, 300).map((change) => fileView(repository, sha, change)),
  };
}

export function totals(changes: readonly FileChange[]) {
  const sum = (key: 'additions' | 'deletions') => changes.reduce((total, change) => total + change[key], 0);
  return { additions: sum('additions'), deletions: sum('deletions') };
}

export function fileView(repository: Repository, sha: string, change: FileChange) {
  const file = encodeURI(change.filename);
  return {
    sha: change.sha,
    filename: change.filename,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${repositoryPage(repository)}/blob/${sha}/${file}`,
    raw_url: `${repositoryPage(repository)}/raw/${sha}/${file}`,
    contents_url: `${repositoryUrl(repository)}/contents/${file}?ref=${sha}`,
    ...(change.patch === undefined ? {} : { patch: change.patch }),
    ...(change.previous === undefined ? {} : { previous_filename: change.previous }),
  };
}
