import type { RefusalCode } from '../outcome.js';

/**
 * Carries a refusal out of the depth of a stream; `hashArchive` turns it into a value. What is wrong with a stranger's archive is
 * an outcome, not a fault of this program.
 */
export class ArchiveProblem extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, reason: string) {
    super(reason);
    this.name = 'ArchiveProblem';
    this.code = code;
  }
}

/** A name from an archive as a person may read it. */
export function shown(name: string): string {
  const text = Buffer.from(name, 'latin1').toString('utf8');
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
