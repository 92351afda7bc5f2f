/**
 * A fault: something that should not have happened, as opposed to an outcome that a person can act on.
 *
 * Every fault has a stable `code` (kebab-case, documented in docs/errors.md), the data that caused it,
 * and the original error as `cause`. The message names what was being done and what to do next.
 */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: FaultCode, message: string, data: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Fault';
    this.code = code;
    this.data = data;
  }
}

/** Every fault code with its line of documentation; docs/errors.md is held against this table by a test. */
export const faults = {
  'engine-missing': 'No Nix engine answers. Install podman, docker or Nix, or set MODPROBOT_ENGINE=none.',
  bug: 'An invariant of the program did not hold. Please report it with the message.',
} as const satisfies Record<string, string>;

export type FaultCode = keyof typeof faults;
