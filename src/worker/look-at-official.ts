import { Fault } from '../errors.js';
import { type OfficialLook, official } from '../github/official-nixpkgs.js';
import type { Fork } from '../jobs/forks.js';
import { forkKey } from '../jobs/job.js';
import type { WorkerContext } from './ports.js';

/**
 * What NixOS/nixpkgs has of a driver: its file, and the open pull requests that name it. Never a reason to fail: what
 * cannot be asked is said to be so. Null for NixOS/nixpkgs itself.
 */
export async function lookAtOfficial(
  { installationId, owner, repo }: Fork,
  { attr, file }: { readonly attr: string; readonly file: string },
  context: WorkerContext,
): Promise<OfficialLook | null> {
  if (forkKey(owner, repo) === forkKey(official.owner, official.repo)) return null;
  const { ledger, ports, log } = context;
  const now = new Date();
  try {
    const nixpkgs = await ports.installations.officialNixpkgs(installationId);
    const text = await nixpkgs.readFile(file);
    const known = await ledger.searches.find(attr, now);
    const pullRequests = known ?? (await nixpkgs.openPullRequests(attr));
    if (known === null) await ledger.searches.save(attr, pullRequests, now);
    return { outcome: 'answered', text, pullRequests };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    log.warn({ attr, code: error.code }, error.message);
    return { outcome: 'silent' };
  }
}
