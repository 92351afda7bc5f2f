/**
 * Expected outcomes are values, never exceptions: each carries a stable code and one sentence
 * that tells a maintainer what happened and what a person can do about it.
 */
export interface Refused {
  readonly outcome: 'refused';
  readonly code: RefusalCode;
  readonly reason: string;
}

export interface Waiting {
  readonly outcome: 'waiting';
  readonly code: RefusalCode;
  readonly reason: string;
}

/** Why nothing was published, with its line of documentation; docs/errors.md is held against this table by a test. */
export const refusals = {
  'unknown-attribute': 'The kernel package scope has no attribute of that name.',
  'branch-has-foreign-commits':
    "Somebody else's commits are on the update's branch. Merge or close the pull request, or delete the branch, to let the App go on.",
  'branch-moved': 'Somebody moved the branch of the update in the same moment. The next run looks again.',
  'pull-request-closed':
    'A person closed the pull request for this version without merging it. The next version is proposed again.',
  'pull-request-not-ours':
    "A person opened the pull request from the update's branch. It is left alone; close it to let the App open its own.",
  'fetcher-unknown': 'The source is fetched in a way whose downloads are not understood. Update it by hand.',
  'source-unknown': 'The address of the source cannot be read from the file. Update it by hand.',
} as const satisfies Record<string, string>;

export type RefusalCode = keyof typeof refusals;

export function refused(code: RefusalCode, reason: string): Refused {
  return { outcome: 'refused', code, reason };
}

export function waiting(code: RefusalCode, reason: string): Waiting {
  return { outcome: 'waiting', code, reason };
}
