import { Fault } from '../errors.js';
import type { TrackedOutcome } from '../jobs/drivers.js';

/** A fault as the ledger keeps it. */
export function faultOutcome(error: unknown): TrackedOutcome {
  const code = error instanceof Fault ? error.code : 'bug';
  return { outcome: 'fault', code, reason: error instanceof Error ? error.message : String(error) };
}
