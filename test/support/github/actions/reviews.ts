import type { PullIssue, Review } from '../model/issues.js';
import { simplePullView } from '../views/pull.js';
import { reviewView } from '../views/review.js';
import type { World } from '../world.js';

export function tellReview(world: World, issue: PullIssue, review: Review): void {
  const { repository } = issue;
  const view = { ...reviewView(issue, review), state: review.state.toLowerCase(), updated_at: review.submittedAt };
  const payload = { review: view, pull_request: simplePullView(issue) };
  const event = { name: 'pull_request_review', action: 'submitted', sender: review.user, repository };
  world.hooks.emit({ ...event, payload });
}
