import type { Account, Repository } from '../world.js';

export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

export const reactionContents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;

export interface Reaction {
  readonly id: number;
  readonly user: Account;
  readonly content: (typeof reactionContents)[number];
  readonly createdAt: string;
}

export interface Comment {
  readonly id: number;
  readonly nodeId: string;
  readonly user: Account;
  readonly viaApp: boolean;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly reactions: Reaction[];
}

export interface Review {
  readonly id: number;
  readonly user: Account;
  readonly body: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
  readonly commit: string;
  readonly submittedAt: string;
}

/** What makes an issue a pull request. */
export interface Pull {
  readonly id: number;
  readonly headRepository: Repository;
  readonly headRef: string;
  /** Follows the branch while the pull request is open, and stands still afterwards. */
  headSha: string;
  baseRef: string;
  baseSha: string;
  draft: boolean;
  mergedAt: string | null;
  mergedBy: Account | null;
  mergeCommit: string | null;
  maintainerCanModify: boolean;
  readonly requestedReviewers: Account[];
  readonly reviews: Review[];
  /** GitHub works it out in the background: the first question after a change is answered with null. */
  mergeability: 'unknown' | 'asked';
}

export interface Issue {
  readonly id: number;
  readonly nodeId: string;
  readonly repository: Repository;
  readonly number: number;
  readonly user: Account;
  readonly viaApp: boolean;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
  locked: boolean;
  readonly labels: Label[];
  readonly assignees: Account[];
  readonly comments: Comment[];
  readonly reactions: Reaction[];
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: Account | null;
  readonly pull: Pull | undefined;
}

/** An issue that is a pull request. */
export type PullIssue = Issue & { readonly pull: Pull };

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== undefined;
}
