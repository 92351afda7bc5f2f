import { changesBetween } from '../differences.js';
import { commitsBetween, GitFailed, git, mergeBase } from '../git.js';
import type { PullIssue } from '../model/issues.js';
import type { Account, Repository, World } from '../world.js';
import { accountView } from './account.js';
import { totals } from './commit.js';
import { association, issuePage, labelView } from './issue.js';
import { repositoryUrl, repositoryView } from './repository.js';

/** A pull request as lists hold it. */
export function simplePullView(issue: PullIssue) {
  const { repository, pull } = issue;
  const url = `${repositoryUrl(repository)}/pulls/${issue.number}`;
  const issueUrl = `${repositoryUrl(repository)}/issues/${issue.number}`;
  const page = issuePage(issue);
  const statuses = `${repositoryUrl(repository)}/statuses/${pull.headSha}`;
  return {
    url,
    id: pull.id,
    node_id: issue.nodeId,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl(repository)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: null,
    title: issue.title,
    user: accountView(issue.user),
    body: issue.body,
    labels: issue.labels.map((label) => labelView(repository, label)),
    milestone: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommit,
    assignee: issue.assignees[0] ? accountView(issue.assignees[0]) : null,
    assignees: issue.assignees.map(accountView),
    requested_reviewers: pull.requestedReviewers.map(accountView),
    requested_teams: [],
    head: sideView(pull.headRepository, pull.headRef, pull.headSha),
    base: sideView(repository, pull.baseRef, pull.baseSha),
    _links: linksView({ url, page, issueUrl, statuses, repository }),
    author_association: association(repository, issue.user),
    auto_merge: null,
    draft: pull.draft,
  };
}

function sideView(repository: Repository, ref: string, sha: string) {
  const owner: Account = repository.owner;
  const label = `${owner.login}:${ref}`;
  return { label, ref, sha, user: accountView(owner), repo: repositoryView(repository) };
}

function linksView(of: { url: string; page: string; issueUrl: string; statuses: string; repository: Repository }) {
  return {
    self: { href: of.url },
    html: { href: of.page },
    issue: { href: of.issueUrl },
    comments: { href: `${of.issueUrl}/comments` },
    review_comments: { href: `${of.url}/comments` },
    review_comment: { href: `${repositoryUrl(of.repository)}/pulls/comments{/number}` },
    commits: { href: `${of.url}/commits` },
    statuses: { href: of.statuses },
  };
}

/** A pull request with what GitHub works out of git: counts and whether it can be merged. */
export async function pullView(_world: World, issue: PullIssue) {
  const { repository, pull } = issue;
  const { directory } = repository;
  const base = (await mergeBase(directory, pull.baseSha, pull.headSha)) ?? pull.baseSha;
  const changes = await changesBetween(directory, base, pull.headSha);
  return {
    ...simplePullView(issue),
    merged: pull.mergedAt !== null,
    merged_by: pull.mergedBy ? accountView(pull.mergedBy) : null,
    ...(await mergeability(issue)),
    comments: issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: (await commitsBetween(directory, base, pull.headSha)).length,
    ...totals(changes),
    changed_files: changes.length,
  };
}

async function mergeability({ repository, pull, state }: PullIssue) {
  if (state === 'closed' || pull.mergeability === 'unknown') {
    return { mergeable: null, mergeable_state: 'unknown', rebaseable: null };
  }
  const mergeable = (await mergedTree(repository.directory, `refs/heads/${pull.baseRef}`, pull.headSha)) !== undefined;
  const settled = pull.draft ? 'draft' : 'clean';
  return { mergeable, mergeable_state: mergeable ? settled : 'dirty', rebaseable: mergeable };
}

/** The tree that a merge without conflicts makes, or undefined. */
export async function mergedTree(directory: string, base: string, head: string): Promise<string | undefined> {
  try {
    const output = await git(directory, ['merge-tree', '--write-tree', base, head]);
    return output.toString().split('\n')[0];
  } catch (error) {
    if (error instanceof GitFailed) return undefined;
    throw error;
  }
}
