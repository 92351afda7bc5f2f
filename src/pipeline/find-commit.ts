import type { EditTarget } from '../edit/plan.js';
import type { Driver } from '../nixpkgs/driver.js';
import { type Refused, refused, type Waiting, waiting } from '../outcome.js';
import { parseAge } from '../release/age.js';
import type { Release } from '../release/release.js';
import type { SeenHead } from '../watch/branch.js';
import type { Current } from './ports.js';

export interface CommitQuestion {
  readonly driver: Driver;
  /** `7d` when nothing is said. */
  readonly interval: string | undefined;
  readonly head: SeenHead;
  readonly now: Date;
}

export interface FoundCommit {
  readonly outcome: 'found';
  readonly release: Release;
  readonly target: EditTarget;
  readonly remarks: readonly string[];
}

/** Whether a driver that is pinned to a commit moves to the newest one of its branch, at most once in its interval. */
export function findCommit({ driver, interval, head, now }: CommitQuestion): FoundCommit | Current | Waiting | Refused {
  const { attr } = driver;
  if (driver.follows !== 'branch') {
    return refused('not-pinned-to-commit', `${attr} is not pinned to a commit: drop \`follow: branch\`.`);
  }
  const pinned = driver.rev ?? /(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/.exec(driver.url ?? '')?.[0];
  if (pinned === head.commit) return { outcome: 'current', reason: `${attr} is at the newest commit of its branch.` };
  const day = /\d{4}-?\d{2}-?\d{2}/.exec(driver.version ?? '')?.[0].replaceAll('-', '');
  if (day !== undefined && day > head.day.replaceAll('-', '')) {
    return { outcome: 'current', reason: `${attr} is pinned to a commit of a later day than its branch's newest.` };
  }
  const until = (head.proposedAt?.getTime() ?? 0) + (parseAge(interval ?? '7d') ?? 0);
  if (until > now.getTime()) {
    const reason = `${attr}: the commit ${head.commit} is not proposed before ${new Date(until).toISOString()}.`;
    return waiting('branch-resting', reason);
  }
  const tag = { name: head.commit, commit: head.commit, date: head.day };
  const release = { tag, version: head.day, kernel: null };
  return { outcome: 'found', release, target: { rev: head.commit, date: head.day }, remarks: [] };
}
