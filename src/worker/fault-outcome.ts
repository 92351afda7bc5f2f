import { Fault, type FaultCode } from '../errors.js';

/** A fault as the ledger keeps it. */
export interface FaultOutcome {
  readonly outcome: 'fault';
  readonly code: FaultCode;
  readonly reason: string;
}

export function faultOutcome(error: unknown): FaultOutcome {
  const code = error instanceof Fault ? error.code : 'bug';
  return { outcome: 'fault', code, reason: error instanceof Error ? error.message : String(error) };
}
