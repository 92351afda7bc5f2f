import { Fault } from '../errors.js';
import type { Forge } from '../github/forge.js';
import { abandonChecks, type Checks, type OpenedBranch } from '../publish/publish.js';

interface HalfPublished {
  readonly base: string;
  readonly branch: OpenedBranch;
  readonly checks: Checks;
  /** One sentence for whoever looks at the checks. */
  readonly reason: string;
}

/**
 * When publishing ends in mid-way: the check runs say that nothing was verified, and a branch that this run created is
 * deleted, unless an open pull request stands on it: deleting its branch would close it as if a person had declined the
 * version. What cannot be taken back because GitHub itself fails is taken up by the next run, which finds it again.
 */
export async function takeBack({ base, branch, checks, reason }: HalfPublished, forge: Forge): Promise<void> {
  await Promise.allSettled([abandonChecks({ checks, reason }, forge), deleteUnused(base, branch, forge)]);
}

/** What the check runs of an update say that a fault ended. */
export function brokenOff(fault: unknown): string {
  return `The update broke off (${fault instanceof Fault ? fault.code : 'bug'}) and will be tried again.`;
}

async function deleteUnused(base: string, { branch, commit, how }: OpenedBranch, forge: Forge): Promise<void> {
  if (how !== 'created') return;
  const onIt = await forge.pullRequests({ head: branch, base });
  if (onIt.some(({ state }) => state === 'open')) return;
  await forge.moveBranch({ branch, from: commit, to: null });
}
