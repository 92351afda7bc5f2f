import { commitsBetween, git, isAncestor, mergeBase, readCommit, readRef, writeCommit } from '../git.js';
import { invalid, Refusal } from '../http/reply.js';
import { type Issue, isPull, type Pull, type PullIssue } from '../model/issues.js';
import { mergedTree } from '../views/pull.js';
import { type Account, fullName, type Repository, type World } from '../world.js';
import { type By, makeIssue, setState } from './issues.js';
import { keepHead, moveRef, tellPull } from './refs.js';

interface Opening {
  readonly title: string;
  readonly body: string | null;
  /** `branch` or `owner:branch`. */
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
}

const resource = 'PullRequest';

/** Opens a pull request or throws the refusal that GitHub would answer. */
export async function openPull(world: World, repository: Repository, by: By, what: Opening): Promise<PullIssue> {
  const { directory } = repository;
  const { headRepository, headRef } = findHead(world, repository, what.head);
  const headSha = await readRef(headRepository.directory, `refs/heads/${headRef}`);
  if (!headSha) throw invalid({ resource, field: 'head', code: 'invalid' });
  const baseSha = await readRef(directory, `refs/heads/${what.base}`);
  if (!baseSha) throw invalid({ resource, field: 'base', code: 'invalid' });
  if (headRepository !== repository) await git(directory, ['fetch', '--quiet', headRepository.directory, headSha]);
  if (!(await mergeBase(directory, baseSha, headSha))) {
    const message = `The ${headRef} branch has no history in common with ${fullName(repository)}:${what.base}`;
    throw invalid({ resource, code: 'custom', message });
  }
  if ((await commitsBetween(directory, baseSha, headSha)).length === 0) {
    throw invalid({ resource, code: 'custom', message: `No commits between ${what.base} and ${headRef}` });
  }
  // From here on nothing waits, so that of two requests at once one is refused.
  refuseDuplicate(repository, headRepository, headRef, what.base);
  const pull: Pull = {
    ...{ id: world.nextId(), headRepository, headRef, headSha, baseRef: what.base, baseSha, draft: what.draft },
    ...{ mergedAt: null, mergedBy: null, mergeCommit: null, maintainerCanModify: what.maintainerCanModify },
    ...{ requestedReviewers: [], reviews: [], mergeability: 'unknown' },
  };
  const issue = makeIssue(world, repository, by, { title: what.title, body: what.body, pull }) as PullIssue;
  await keepHead(issue);
  await tellPull(world, issue, 'opened', by.account);
  return issue;
}

function findHead(world: World, repository: Repository, head: string) {
  const [owner = '', ...rest] = head.includes(':') ? head.split(':') : [repository.owner.login, head];
  const headRepository = world.repositories.find(
    (one) => one.owner.login.toLowerCase() === owner.toLowerCase() && sameNetwork(one, repository),
  );
  if (!headRepository) throw invalid({ resource, field: 'head', code: 'invalid' });
  return { headRepository, headRef: rest.join(':') };
}

function root(repository: Repository): Repository {
  return repository.parent ? root(repository.parent) : repository;
}

export function sameNetwork(one: Repository, other: Repository): boolean {
  return root(one) === root(other);
}

function refuseDuplicate(repository: Repository, headRepository: Repository, headRef: string, baseRef: string): void {
  const same = [...repository.issues.values()]
    .filter(isPull)
    .some(
      ({ state, pull }) =>
        state === 'open' &&
        pull.headRepository === headRepository &&
        pull.headRef === headRef &&
        pull.baseRef === baseRef,
    );
  if (!same) return;
  const message = `A pull request already exists for ${headRepository.owner.login}:${headRef}.`;
  throw invalid({ resource, code: 'custom', message });
}

/** Opens a closed pull request again, under GitHub's conditions. */
export async function reopenPull(world: World, issue: PullIssue, by: Account): Promise<void> {
  const { pull } = issue;
  const refuse = (message: string) => invalid({ resource, field: 'state', code: 'invalid', message });
  if (pull.mergedAt) throw refuse('state cannot be changed. The pull request was merged.');
  const head = await readRef(pull.headRepository.directory, `refs/heads/${pull.headRef}`);
  if (!head) throw refuse(`state cannot be changed. The ${pull.headRef} branch has been deleted.`);
  if (!(await isAncestor(pull.headRepository.directory, pull.headSha, head))) {
    throw refuse(`state cannot be changed. The ${pull.headRef} branch was force-pushed or recreated.`);
  }
  const { repository } = issue;
  if (!(await readRef(repository.directory, `refs/heads/${pull.baseRef}`))) {
    throw refuse(`state cannot be changed. The ${pull.baseRef} branch has been deleted.`);
  }
  const other = [...repository.issues.values()].filter(isPull).find((one) => isTwin(one, issue));
  if (other) throw refuse('state cannot be changed. There is already an open pull request from that branch.');
  pull.headSha = head;
  pull.mergeability = 'unknown';
  await keepHead(issue);
  await setState(world, issue, by, 'open');
}

function isTwin(one: PullIssue, other: PullIssue): boolean {
  const same = one.pull.headRef === other.pull.headRef && one.pull.baseRef === other.pull.baseRef;
  return one !== other && one.state === 'open' && same && one.pull.headRepository === other.pull.headRepository;
}

export async function setDraft(world: World, issue: PullIssue, by: Account, wanted: 'draft' | 'ready') {
  const draft = wanted === 'draft';
  if (issue.pull.draft === draft) return;
  issue.pull.draft = draft;
  issue.updatedAt = world.now();
  await tellPull(world, issue, draft ? 'converted_to_draft' : 'ready_for_review', by);
}

/** Moves a pull request to another base. */
export async function rebaseOnto(world: World, issue: PullIssue, by: Account, base: string): Promise<void> {
  const { pull, repository } = issue;
  if (pull.baseRef === base) return;
  const sha = await readRef(repository.directory, `refs/heads/${base}`);
  if (!sha) throw invalid({ resource, field: 'base', code: 'invalid' });
  refuseDuplicate(repository, pull.headRepository, pull.headRef, base);
  const changes = { base: { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } } };
  pull.baseRef = base;
  pull.baseSha = sha;
  pull.mergeability = 'unknown';
  issue.updatedAt = world.now();
  await tellPull(world, issue, 'edited', by, { changes });
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** Merges as GitHub's button does; throws a 405 when it cannot be merged. Returns the new commit. */
export async function merge(world: World, issue: Issue, by: Account, method: MergeMethod): Promise<string> {
  if (!isPull(issue) || issue.state === 'closed') throw new Refusal(405, 'Pull Request is not mergeable');
  if (issue.pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  const { pull, repository } = issue;
  const { directory } = repository;
  const base = (await readRef(directory, `refs/heads/${pull.baseRef}`)) ?? pull.baseSha;
  const tree = await mergedTree(directory, base, pull.headSha);
  if (!tree) throw new Refusal(405, 'Pull Request is not mergeable');
  const person = { name: by.login, email: by.email, date: world.now() };
  const author = method === 'merge' ? person : (await readCommit(directory, pull.headSha)).author;
  const sha = await writeCommit(directory, {
    tree,
    parents: method === 'merge' ? [base, pull.headSha] : [base],
    author,
    committer: { ...person, name: 'GitHub', email: 'noreply@github.com' },
    message:
      method === 'merge'
        ? `Merge pull request #${issue.number} from ${pull.headRepository.owner.login}/${pull.headRef}\n\n${issue.title}`
        : `${issue.title} (#${issue.number})`,
  });
  pull.mergedAt = world.now();
  pull.mergedBy = by;
  pull.mergeCommit = sha;
  await setState(world, issue, by, 'closed');
  await moveRef(world, repository, `refs/heads/${pull.baseRef}`, sha, by);
  return sha;
}
