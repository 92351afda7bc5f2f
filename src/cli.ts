#!/usr/bin/env node
import { CommanderError } from 'commander';
import { interruptedBy } from './cli/interrupt.js';
import { complain, exitCodes, print, survivePipes } from './cli/output.js';
import { createProgram } from './cli/program.js';
import { Fault } from './errors.js';

/** The command `modprobot`: the same steps as the App's, by hand. */
survivePipes();
try {
  await createProgram().parseAsync();
} catch (error) {
  report(error);
}

/** Says what went wrong and what to do next, and with `--json` the same as an object. */
function report(error: unknown): void {
  const signal = interruptedBy();
  if (signal !== null) {
    complain('It was interrupted; nothing was written.');
    // Whoever started the command sees that the signal ended it.
    process.kill(process.pid, signal);
    return;
  }
  if (error instanceof CommanderError && error.exitCode === 0) return;
  const { code, reason, exitCode } = describe(error);
  if (!(error instanceof CommanderError)) complain(`${reason} [${code}]`);
  const json = process.argv.includes('--json');
  if (json) print({ json: { outcome: 'fault', code, reason }, text: '', exitCode }, { json });
  process.exitCode = exitCode;
}

function describe(error: unknown): { code: string; reason: string; exitCode: number } {
  if (error instanceof CommanderError) {
    return { code: 'option-invalid', reason: error.message, exitCode: exitCodes.usage };
  }
  if (!(error instanceof Fault))
    return { code: 'bug', reason: String((error as Error)?.stack ?? error), exitCode: exitCodes.fault };
  const exitCode = error.code === 'option-invalid' ? exitCodes.usage : exitCodes.fault;
  return { code: error.code, reason: error.message, exitCode };
}
