import type { Edited } from '../edit/edit-to.js';
import type { Refused, Waiting } from '../outcome.js';
import type { Current } from '../pipeline/ports.js';
import type { Verdict } from '../verify/verdict.js';
import type { SharedVerdicts } from '../verify/verify.js';
import { kernelTable } from './kernel-table.js';
import { type Answer, exitCodeOf, printable } from './output.js';
import type { UpdateFlags } from './update-flags.js';

/** An edit, and what the kernels said of it where they were asked. */
export type VerifiedEdit = Edited & {
  readonly kernels?: readonly Verdict[];
  /** Other attributes that the edit changes. */
  readonly shared?: readonly SharedVerdicts[];
};

/** What `modprobot update` prints: the same keys whatever came of it; `kernels` only where kernels were to be built. */
export function updateAnswer(
  attr: string,
  outcome: VerifiedEdit | Current | Waiting | Refused,
  flags: Pick<UpdateFlags, 'verify' | 'dryRun'>,
): Answer {
  const exitCode = exitCodeOf(outcome.outcome);
  if (outcome.outcome === 'edited')
    return { json: edited(attr, outcome, flags), text: describe(attr, outcome, flags), exitCode };
  const { reason } = outcome;
  const code = 'code' in outcome ? outcome.code : null;
  const nothing = { version: null, rev: null, hash: null, hashedBy: [], files: [], ...kernelsOf([], flags) };
  const text = `${attr}: ${outcome.outcome}. ${reason}${code === null ? '' : ` [${code}]`}`;
  return { json: { attr, outcome: outcome.outcome, code, reason, ...nothing }, text: printable(text), exitCode };
}

function edited(attr: string, { plan, hash, files, kernels }: VerifiedEdit, flags: Pick<UpdateFlags, 'verify'>) {
  return {
    attr,
    outcome: 'edited',
    code: null,
    reason: null,
    version: plan.version,
    rev: plan.rev,
    hash: hash.hash,
    hashedBy: hash.hashedBy,
    files: files.map(({ path, diff }) => ({ path, diff })),
    ...kernelsOf(kernels ?? [], flags),
  };
}

function kernelsOf(kernels: readonly Verdict[], { verify }: Pick<UpdateFlags, 'verify'>) {
  return verify ? { kernels } : {};
}

function describe(
  attr: string,
  { plan, hash, files, kernels, shared = [] }: VerifiedEdit,
  { dryRun }: Pick<UpdateFlags, 'dryRun'>,
): string {
  const headline = `${attr}: ${plan.version.from} -> ${plan.version.to}${dryRun ? ' (nothing was written)' : ''}`;
  const source = `source hash ${hash.hash} (${hash.hashedBy.join(' and ')})`;
  const diffs = files.map(({ diff }) => diff.trimEnd().split('\n').map(printable).join('\n'));
  const built = kernels === undefined ? [] : ['', kernelTable(kernels)];
  const others = shared.flatMap((one) => ['', printable(`It changes ${one.attr} as well:`), kernelTable(one.verdicts)]);
  return [printable(headline), source, '', ...diffs, ...built, ...others].join('\n');
}
