import { Fault } from '../errors.js';
import type { Forge } from '../github/forge.js';
import { abandonChecks, type Checks, type OpenedBranch } from '../publish/publish.js';

interface HalfPublished {
  readonly branch: OpenedBranch;
  readonly checks: Checks;
  readonly fault: unknown;
}

/**
 * After a fault in mid-way: the check runs say that nothing was verified, and a branch that this run created is deleted.
 * What cannot be taken back because GitHub itself fails is taken up by the next run, which finds branch and checks again.
 */
export async function takeBack({ branch, checks, fault }: HalfPublished, forge: Forge): Promise<void> {
  const code = fault instanceof Fault ? fault.code : 'bug';
  const reason = `The update broke off (${code}) and will be tried again.`;
  await Promise.allSettled([
    abandonChecks({ checks, reason }, forge),
    branch.how === 'created' ? forge.moveBranch({ branch: branch.branch, from: branch.commit, to: null }) : null,
  ]);
}
