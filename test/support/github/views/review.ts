import type { PullIssue, Review } from '../model/issues.js';
import { nodeId } from '../world.js';
import { accountView } from './account.js';
import { association, issuePage } from './issue.js';
import { repositoryUrl } from './repository.js';

export function reviewView(issue: PullIssue, review: Review) {
  const pull = `${repositoryUrl(issue.repository)}/pulls/${issue.number}`;
  const page = `${issuePage(issue)}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: accountView(review.user),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pull,
    author_association: association(issue.repository, review.user),
    _links: { html: { href: page }, pull_request: { href: pull } },
    submitted_at: review.submittedAt,
    commit_id: review.commit,
  };
}
