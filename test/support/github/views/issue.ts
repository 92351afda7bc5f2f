import { type Comment, type Issue, type Label, type Reaction, reactionContents } from '../model/issues.js';
import { type Account, nodeId, type Repository, roleOf, type World } from '../world.js';
import { accountView } from './account.js';
import { appView } from './app.js';
import { repositoryPage, repositoryUrl } from './repository.js';

export function labelView(repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryUrl(repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function issuePage(issue: Issue): string {
  return `${repositoryPage(issue.repository)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;
}

export function association(repository: Repository, account: Account): string {
  if (repository.owner === account) return 'OWNER';
  if (repository.collaborators.has(account)) return 'COLLABORATOR';
  return roleOf(repository, account) === undefined || account.type !== 'Bot' ? 'NONE' : 'CONTRIBUTOR';
}

export function issueView(world: World, issue: Issue) {
  const { repository, pull } = issue;
  const url = `${repositoryUrl(repository)}/issues/${issue.number}`;
  const page = issuePage(issue);
  return {
    url,
    repository_url: repositoryUrl(repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: page,
    id: issue.id,
    node_id: issue.nodeId,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    user: accountView(issue.user),
    labels: issue.labels.map((label) => labelView(repository, label)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.locked,
    active_lock_reason: null,
    assignee: issue.assignees[0] ? accountView(issue.assignees[0]) : null,
    assignees: issue.assignees.map(accountView),
    milestone: null,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: association(repository, issue.user),
    reactions: reactionsView(url, issue.reactions),
    performed_via_github_app: issue.viaApp ? appView(world) : null,
    ...(pull
      ? {
          draft: pull.draft,
          pull_request: {
            url: `${repositoryUrl(repository)}/pulls/${issue.number}`,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: pull.mergedAt,
          },
        }
      : {}),
  };
}

export function fullIssueView(world: World, issue: Issue) {
  return { ...issueView(world, issue), closed_by: issue.closedBy ? accountView(issue.closedBy) : null };
}

export function commentView(world: World, issue: Issue, comment: Comment) {
  const url = `${repositoryUrl(issue.repository)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${issuePage(issue)}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(issue.repository)}/issues/${issue.number}`,
    id: comment.id,
    node_id: comment.nodeId,
    user: accountView(comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: association(issue.repository, comment.user),
    reactions: reactionsView(url, comment.reactions),
    performed_via_github_app: comment.viaApp ? appView(world) : null,
  };
}

export function reactionView(reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: accountView(reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

function reactionsView(url: string, reactions: readonly Reaction[]) {
  const count = (content: string) => reactions.filter((reaction) => reaction.content === content).length;
  const counts = Object.fromEntries(reactionContents.map((content) => [content, count(content)]));
  return { url: `${url}/reactions`, total_count: reactions.length, ...counts };
}
