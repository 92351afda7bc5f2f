import type { Comment, Issue, Label, Pull, Reaction } from '../model/issues.js';
import { isPull } from '../model/issues.js';
import { commentView, issueView, labelView } from '../views/issue.js';
import { type Account, nodeId, type Repository, type World } from '../world.js';
import { tellPull } from './refs.js';

/** Who does something, and whether through the App. */
export interface By {
  readonly account: Account;
  readonly viaApp: boolean;
}

interface Opening {
  readonly title: string;
  readonly body: string | null;
  readonly pull?: Pull;
}

/** Makes the issue, or the pull request, with the next number; tells nobody. */
export function makeIssue(world: World, repository: Repository, by: By, what: Opening): Issue {
  const id = world.nextId();
  const number = repository.issues.size + 1;
  const now = world.now();
  const issue: Issue = {
    ...{ id, nodeId: nodeId(what.pull ? 'PR' : 'I', id), repository, number, user: by.account, viaApp: by.viaApp },
    ...{ title: what.title, body: what.body, state: 'open', stateReason: null, locked: false },
    ...{ labels: [], assignees: [], comments: [], reactions: [] },
    ...{ createdAt: now, updatedAt: now, closedAt: null, closedBy: null, pull: what.pull },
  };
  repository.issues.set(number, issue);
  world.nodes.set(issue.nodeId, issue);
  return issue;
}

export function tellIssue(world: World, issue: Issue, action: string, sender: Account, more: object = {}): void {
  const { repository } = issue;
  const payload = { issue: issueView(world, issue), ...more };
  world.hooks.emit({ name: 'issues', action, sender, repository, payload });
}

/** Tells of a change under the name that fits: an issue's or a pull request's. */
export async function tellEither(world: World, issue: Issue, action: string, sender: Account, more: object = {}) {
  if (isPull(issue)) await tellPull(world, issue, action, sender, more);
  else tellIssue(world, issue, action, sender, more);
}

export interface Edit {
  readonly title?: string;
  readonly body?: string | null;
}

/** Changes title and body; an edit that changes nothing is none. */
export async function edit(world: World, issue: Issue, by: Account, { title, body }: Edit): Promise<void> {
  const changes: Record<string, { from: string }> = {};
  if (title !== undefined && title !== issue.title) {
    changes.title = { from: issue.title };
    issue.title = title;
  }
  if (body !== undefined && body !== issue.body) {
    changes.body = { from: issue.body ?? '' };
    issue.body = body;
  }
  if (Object.keys(changes).length === 0) return;
  issue.updatedAt = world.now();
  await tellEither(world, issue, 'edited', by, { changes });
}

export function addComment(world: World, issue: Issue, by: By, body: string): Comment {
  const id = world.nextId();
  const now = world.now();
  const comment: Comment = {
    ...{ id, nodeId: nodeId('IC', id), user: by.account, viaApp: by.viaApp, body },
    ...{ createdAt: now, updatedAt: now, reactions: [] },
  };
  issue.comments.push(comment);
  issue.updatedAt = now;
  tellComment(world, issue, comment, 'created', by.account);
  return comment;
}

export function editComment(world: World, issue: Issue, comment: Comment, by: Account, body: string): void {
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = world.now();
  tellComment(world, issue, comment, 'edited', by, { changes: { body: { from } } });
}

export function deleteComment(world: World, issue: Issue, comment: Comment, by: Account): void {
  issue.comments.splice(issue.comments.indexOf(comment), 1);
  tellComment(world, issue, comment, 'deleted', by);
}

function tellComment(world: World, issue: Issue, comment: Comment, action: string, sender: Account, more = {}) {
  const { repository } = issue;
  const payload = { issue: issueView(world, issue), comment: commentView(world, issue, comment), ...more };
  world.hooks.emit({ name: 'issue_comment', action, sender, repository, payload });
}

/** The label of that name; GitHub makes missing ones when they are put on an issue. */
export function labelNamed(world: World, repository: Repository, name: string): Label {
  const known = findLabel(repository, name);
  if (known) return known;
  const label = { id: world.nextId(), name, color: 'ededed', description: null };
  repository.labels.push(label);
  return label;
}

export function findLabel(repository: Repository, name: string): Label | undefined {
  return repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}

export async function setLabels(world: World, issue: Issue, by: Account, names: readonly string[]): Promise<void> {
  const wanted = [...new Set(names.map((name) => labelNamed(world, issue.repository, name)))];
  const before = [...issue.labels];
  issue.labels.splice(0, before.length, ...wanted);
  const told = (label: Label) => ({ label: labelView(issue.repository, label) });
  for (const label of wanted.filter((one) => !before.includes(one))) {
    await tellEither(world, issue, 'labeled', by, told(label));
  }
  for (const label of before.filter((one) => !wanted.includes(one))) {
    await tellEither(world, issue, 'unlabeled', by, told(label));
  }
}

/** The reaction, and whether it is new: the same person cannot leave the same one twice. */
export function react(
  world: World,
  reactions: Reaction[],
  user: Account,
  content: Reaction['content'],
): { reaction: Reaction; isNew: boolean } {
  const known = reactions.find((reaction) => reaction.user === user && reaction.content === content);
  if (known) return { reaction: known, isNew: false };
  const reaction = { id: world.nextId(), user, content, createdAt: world.now() };
  reactions.push(reaction);
  return { reaction, isNew: true };
}

export async function setState(
  world: World,
  issue: Issue,
  by: Account,
  state: Issue['state'],
  reason?: Issue['stateReason'],
): Promise<void> {
  if (issue.state === state) return;
  issue.state = state;
  issue.stateReason = issue.pull ? null : (reason ?? (state === 'closed' ? 'completed' : 'reopened'));
  issue.closedAt = state === 'closed' ? world.now() : null;
  issue.closedBy = state === 'closed' ? by : null;
  issue.updatedAt = world.now();
  await tellEither(world, issue, state === 'closed' ? 'closed' : 'reopened', by);
}
