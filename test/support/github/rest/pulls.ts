import { edit, setState } from '../actions/issues.js';
import { type MergeMethod, merge, openPull, rebaseOnto, reopenPull } from '../actions/pulls.js';
import { tellPull } from '../actions/refs.js';
import { changesBetween } from '../differences.js';
import { commitsBetween, git, mergeBase, readCommit } from '../git.js';
import { accepts, actor, type Call, part, repositoryOf } from '../http/call.js';
import { list } from '../http/pages.js';
import { created, invalid, notFound, ok, Refusal, type Reply, unprocessable } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import { isPull, type PullIssue } from '../model/issues.js';
import { accountView } from '../views/account.js';
import { commitView, fileView } from '../views/commit.js';
import { pullView, simplePullView } from '../views/pull.js';
import { reviewView } from '../views/review.js';
import { mayWrite } from '../world.js';
import { refuseLongBody } from './issues.js';

export const pulls: Routes = {
  'GET /repos/{owner}/{repo}/pulls': { needs: ['pull_requests:read'], handle: listPulls },
  'POST /repos/{owner}/{repo}/pulls': { needs: ['pull_requests:write'], handle: create },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': { needs: ['pull_requests:read'], handle: get },
  'PATCH /repos/{owner}/{repo}/pulls/{pull_number}': { needs: ['pull_requests:write'], handle: update },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits': {
    needs: ['pull_requests:read'],
    async handle(call) {
      const issue = pullIn(call);
      const { directory } = issue.repository;
      const shas = await commitsBetween(directory, await start(issue), issue.pull.headSha);
      // However many there are, GitHub lists the first 250.
      return list(call, shas.slice(0, 250), async (sha) =>
        commitView(call.world, issue.repository, await readCommit(directory, sha)),
      );
    },
  },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': {
    needs: ['pull_requests:read'],
    async handle(call) {
      const issue = pullIn(call);
      const { headSha } = issue.pull;
      const changes = await changesBetween(issue.repository.directory, await start(issue), headSha);
      return list(call, changes.slice(0, 3000), (change) => fileView(issue.repository, headSha, change));
    },
  },
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge': {
    needs: ['contents:write'],
    async handle(call) {
      const issue = pullIn(call);
      const { merge_method, sha } = call.body as { merge_method?: MergeMethod; sha?: string };
      if (sha !== undefined && sha !== issue.pull.headSha) {
        throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
      }
      const merged = await merge(call.world, issue, actor(call), merge_method ?? 'merge');
      return ok({ sha: merged, merged: true, message: 'Pull Request successfully merged' });
    },
  },
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers': {
    needs: ['pull_requests:write'],
    handle: requestReviewers,
  },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews': {
    needs: ['pull_requests:read'],
    handle(call) {
      const issue = pullIn(call);
      return list(call, issue.pull.reviews, (review) => reviewView(issue, review));
    },
  },
};

function pullIn(call: Call): PullIssue {
  const issue = repositoryOf(call).issues.get(Number(part(call, 'pull_number')));
  if (!issue || !isPull(issue)) throw notFound();
  return issue;
}

/** Where a pull request branched off. */
async function start({ repository, pull }: PullIssue): Promise<string> {
  return (await mergeBase(repository.directory, pull.baseSha, pull.headSha)) ?? pull.baseSha;
}

function listPulls(call: Call): Promise<Reply> {
  const { state = 'open', head, base, sort = 'created', direction } = call.query;
  const wanted = [...repositoryOf(call).issues.values()]
    .filter(isPull)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter(({ pull }) => base === undefined || pull.baseRef === base)
    // A head without an owner is no filter for GitHub: it lists everything.
    .filter(({ pull }) => !head?.includes(':') || headLabel(pull).toLowerCase() === head.toLowerCase());
  const key = (issue: PullIssue) => (sort === 'updated' ? issue.updatedAt : issue.createdAt);
  const rising = (one: PullIssue, other: PullIssue) => key(one).localeCompare(key(other)) || one.number - other.number;
  const falling = (direction ?? (sort === 'created' ? 'desc' : 'asc')) === 'desc';
  return list(
    call,
    wanted.sort((one, other) => (falling ? -1 : 1) * rising(one, other)),
    simplePullView,
  );
}

function headLabel(pull: PullIssue['pull']): string {
  return `${pull.headRepository.owner.login}:${pull.headRef}`;
}

async function create(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const asked = call.body as {
    title?: string;
    head: string;
    base: string;
    body?: string | null;
    draft?: boolean;
    maintainer_can_modify?: boolean;
  };
  if (!asked.title?.trim()) throw invalid({ resource: 'PullRequest', code: 'missing_field', field: 'title' });
  refuseLongTitle(asked.title);
  refuseLongBody(asked.body);
  const by = { account: actor(call), viaApp: call.caller.kind === 'installation' };
  const issue = await openPull(call.world, repository, by, {
    title: asked.title,
    body: asked.body ?? null,
    head: asked.head,
    base: asked.base,
    draft: asked.draft ?? false,
    maintainerCanModify: asked.maintainer_can_modify ?? true,
  });
  const view = await pullView(call.world, issue);
  return created(view, { location: view.url });
}

function refuseLongTitle(title: string): void {
  if (title.length <= 256) return;
  const message = 'title is too long (maximum is 256 characters)';
  throw invalid({ resource: 'Issue', code: 'custom', field: 'title', message });
}

async function get(call: Call): Promise<Reply> {
  const issue = pullIn(call);
  const wanted = accepts(call);
  if (wanted === 'diff' || wanted === 'patch') {
    const range = `${await start(issue)}..${issue.pull.headSha}`;
    const args = wanted === 'diff' ? ['diff', range] : ['format-patch', '--stdout', range];
    const headers = { 'content-type': `application/vnd.github.${wanted}; charset=utf-8` };
    return { status: 200, headers, raw: await git(issue.repository.directory, args) };
  }
  const view = await pullView(call.world, issue);
  issue.pull.mergeability = 'asked';
  return ok(view);
}

async function update(call: Call): Promise<Reply> {
  const issue = pullIn(call);
  const asked = call.body as { title?: string; body?: string | null; state?: 'open' | 'closed'; base?: string };
  const by = actor(call);
  if (asked.title !== undefined) refuseLongTitle(asked.title);
  refuseLongBody(asked.body);
  if (asked.base !== undefined) await rebaseOnto(call.world, issue, by, asked.base);
  if (asked.state === 'open' && issue.state === 'closed') await reopenPull(call.world, issue, by);
  await edit(call.world, issue, by, asked);
  if (asked.state === 'closed') await setState(call.world, issue, by, 'closed');
  return ok(await pullView(call.world, issue));
}

async function requestReviewers(call: Call): Promise<Reply> {
  const issue = pullIn(call);
  const { reviewers = [] } = call.body as { reviewers?: string[] };
  const accounts = reviewers.map((login) => call.world.accounts.get(login.toLowerCase()));
  if (accounts.includes(issue.user)) throw unprocessable('Review cannot be requested from pull request author.');
  const able = accounts.filter((account) => account && isCollaborator(issue, account));
  if (able.length < reviewers.length) {
    throw unprocessable(
      'Reviews may only be requested from collaborators. ' +
        `One or more of the users or teams you specified is not a collaborator of the ${issue.repository.owner.login}/${issue.repository.name} repository.`,
    );
  }
  for (const account of able) {
    if (!account || issue.pull.requestedReviewers.includes(account)) continue;
    issue.pull.requestedReviewers.push(account);
    await tellPull(call.world, issue, 'review_requested', actor(call), { requested_reviewer: accountView(account) });
  }
  return created(simplePullView(issue));
}

function isCollaborator(issue: PullIssue, account: PullIssue['user']): boolean {
  return mayWrite(issue.repository, account) || issue.repository.collaborators.has(account);
}
