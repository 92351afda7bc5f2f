import { Fault } from '../errors.js';
import type { Forge } from '../github/forge.js';
import { abandonChecks, type Checks, type OpenedBranch } from '../publish/publish.js';

interface HalfPublished {
  readonly base: string;
  readonly branch: OpenedBranch;
  readonly checks: Checks;
  readonly fault: unknown;
}

/**
 * After a fault in mid-way: the check runs say that nothing was verified, and a branch that this run created is deleted,
 * unless a pull request stands on it already: deleting its branch would close it as if a person had declined the version.
 * What cannot be taken back because GitHub itself fails is taken up by the next run, which finds branch and checks again.
 */
export async function takeBack({ base, branch, checks, fault }: HalfPublished, forge: Forge): Promise<void> {
  const code = fault instanceof Fault ? fault.code : 'bug';
  const reason = `The update broke off (${code}) and will be tried again.`;
  await Promise.allSettled([abandonChecks({ checks, reason }, forge), deleteUnused(base, branch, forge)]);
}

async function deleteUnused(base: string, { branch, commit, how }: OpenedBranch, forge: Forge): Promise<void> {
  if (how !== 'created') return;
  const standing = await forge.pullRequests({ head: branch, base });
  if (standing.length === 0) await forge.moveBranch({ branch, from: commit, to: null });
}
