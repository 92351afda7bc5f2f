import { edit, makeIssue, setLabels, setState, tellEither, tellIssue } from '../actions/issues.js';
import { reopenPull } from '../actions/pulls.js';
import { demand } from '../http/access.js';
import { actor, type Call, part, repositoryOf } from '../http/call.js';
import { list } from '../http/pages.js';
import { created, invalid, notFound, ok, Refusal, type Reply } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import { type Issue, isPull } from '../model/issues.js';
import { accountView } from '../views/account.js';
import { fullIssueView, issueView } from '../views/issue.js';
import { mayWrite } from '../world.js';

const either = ['issues:write', 'pull_requests:write'] as const;

export const issues: Routes = {
  'GET /repos/{owner}/{repo}/issues': { needs: ['issues:read'], handle: listIssues },
  'POST /repos/{owner}/{repo}/issues': { needs: ['issues:write'], handle: create },
  'GET /repos/{owner}/{repo}/issues/{issue_number}': {
    needs: ['issues:read', 'pull_requests:read'],
    handle: (call) => ok(fullIssueView(call.world, issueIn(call))),
  },
  'PATCH /repos/{owner}/{repo}/issues/{issue_number}': { needs: either, handle: update },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/assignees': {
    needs: either,
    handle: (call) => changeAssignees(call, 'assigned'),
  },
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees': {
    needs: either,
    handle: (call) => changeAssignees(call, 'unassigned'),
  },
};

export function issueIn(call: Call): Issue {
  const repository = repositoryOf(call);
  const issue = repository.issues.get(Number(part(call, 'issue_number')));
  if (!issue) throw notFound();
  if (!issue.pull && !repository.hasIssues) throw new Refusal(410, 'Issues are disabled for this repo');
  return issue;
}

/** The issue, if the caller may change it: pull requests by their own permission, issues by theirs. */
export function writableIssueIn(call: Call): Issue {
  const issue = issueIn(call);
  if (!issue.pull) demand(call, issue.repository, 'issues:write');
  return issue;
}

const longest = 65_536;

export function refuseLongBody(body: string | null | undefined): void {
  if ((body ?? '').length <= longest) return;
  const message = `body is too long (maximum is ${longest} characters)`;
  throw invalid({ resource: 'Issue', code: 'custom', field: 'body', message });
}

function listIssues(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const { state = 'open', labels, creator, assignee, since, sort = 'created', direction = 'desc' } = call.query;
  const names = labels?.split(',').map((label) => label.trim().toLowerCase()) ?? [];
  const wanted = [...repository.issues.values()]
    // With issues off, what is left of this list are the pull requests.
    .filter((issue) => issue.pull || repository.hasIssues)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => names.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name)))
    .filter((issue) => creator === undefined || issue.user.login === creator || issue.user.login === `${creator}[bot]`)
    .filter((issue) => assignee === undefined || issue.assignees.some(({ login }) => login === assignee))
    .filter((issue) => since === undefined || Date.parse(issue.updatedAt) >= Date.parse(since));
  const key = (issue: Issue) => (sort === 'updated' ? issue.updatedAt : issue.createdAt);
  const rising = (one: Issue, other: Issue) => key(one).localeCompare(key(other)) || one.number - other.number;
  const sign = direction === 'asc' ? 1 : -1;
  const sorted = wanted.sort((one, other) => sign * rising(one, other));
  return list(call, sorted, (issue) => issueView(call.world, issue));
}

async function create(call: Call): Promise<Reply> {
  const { world } = call;
  const repository = repositoryOf(call);
  if (!repository.hasIssues) throw new Refusal(410, 'Issues has been disabled in this repository.');
  const asked = call.body as {
    title: string;
    body?: string;
    labels?: (string | { name: string })[];
    assignees?: string[];
  };
  if (!String(asked.title).trim()) throw invalid({ resource: 'Issue', code: 'missing_field', field: 'title' });
  refuseLongBody(asked.body);
  const by = { account: actor(call), viaApp: call.caller.kind === 'installation' };
  const issue = makeIssue(world, repository, by, { title: String(asked.title), body: asked.body ?? null });
  tellIssue(world, issue, 'opened', by.account);
  if (asked.labels) await setLabels(world, issue, by.account, asked.labels.map(nameOf));
  await assign(call, issue, asked.assignees ?? []);
  const view = fullIssueView(world, issue);
  return created(view, { location: view.url });
}

export const nameOf = (label: string | { name: string }) => (typeof label === 'string' ? label : label.name);

async function update(call: Call): Promise<Reply> {
  const issue = writableIssueIn(call);
  const by = actor(call);
  const asked = call.body as {
    title?: string;
    body?: string | null;
    state?: 'open' | 'closed';
    state_reason?: Issue['stateReason'];
    labels?: (string | { name: string })[];
    assignees?: string[];
  };
  refuseLongBody(asked.body);
  await edit(call.world, issue, by, asked);
  if (asked.labels) await setLabels(call.world, issue, by, asked.labels.map(nameOf));
  if (asked.assignees) {
    issue.assignees.splice(0);
    await assign(call, issue, asked.assignees);
  }
  if (asked.state === 'open' && isPull(issue) && issue.state === 'closed') await reopenPull(call.world, issue, by);
  else if (asked.state) await setState(call.world, issue, by, asked.state, asked.state_reason);
  return ok(fullIssueView(call.world, issue));
}

/** Assigns those who may write here; GitHub passes over the others without a word. */
async function assign(call: Call, issue: Issue, logins: readonly string[]): Promise<void> {
  for (const login of logins) {
    const account = call.world.accounts.get(login.toLowerCase());
    if (!account || !mayWrite(issue.repository, account) || issue.assignees.includes(account)) continue;
    issue.assignees.push(account);
    await tellEither(call.world, issue, 'assigned', actor(call), { assignee: accountView(account) });
  }
}

async function changeAssignees(call: Call, action: 'assigned' | 'unassigned'): Promise<Reply> {
  const issue = writableIssueIn(call);
  const { assignees = [] } = call.body as { assignees?: string[] };
  if (action === 'assigned') {
    await assign(call, issue, assignees);
    return created(issueView(call.world, issue));
  }
  const leaving = issue.assignees.filter(({ login }) => assignees.includes(login));
  for (const account of leaving) {
    issue.assignees.splice(issue.assignees.indexOf(account), 1);
    await tellEither(call.world, issue, 'unassigned', actor(call), { assignee: accountView(account) });
  }
  return ok(issueView(call.world, issue));
}
