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
} as const satisfies Record<string, string>;

export type RefusalCode = keyof typeof refusals;

export function refused(code: RefusalCode, reason: string): Refused {
  return { outcome: 'refused', code, reason };
}

export function waiting(code: RefusalCode, reason: string): Waiting {
  return { outcome: 'waiting', code, reason };
}
