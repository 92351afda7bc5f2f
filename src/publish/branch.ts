import type { Commit, Forge } from '../github/forge.js';
import { type Refused, refused, type Waiting, waiting } from '../outcome.js';
import { upstreamLinks } from './body/links.js';
import { title } from './body/markdown.js';
import { subject } from './body.js';
import { findExisting } from './existing.js';
import { branchOf, type Update } from './update.js';

export interface OpenedBranch {
  readonly outcome: 'opened';
  readonly branch: string;
  readonly commit: string;
  /** `kept`: an earlier run had already written exactly this change. */
  readonly how: 'created' | 'moved' | 'kept';
}

/**
 * Puts the edit on its branch as one commit on top of the base. Running it twice writes one commit. A branch on which
 * somebody else has committed is left as it is, and it moves only from where this function saw it.
 */
export async function openBranch(update: Update, forge: Forge): Promise<OpenedBranch | Refused | Waiting> {
  const existing = await findExisting(update, forge);
  if (existing.outcome === 'refused') return existing;
  const branch = branchOf(update);
  const head = await forge.branchHead(branch);
  const tip = head === null ? null : await forge.commit(head);
  if (tip !== null && !existing.mergedHeads.includes(tip.sha) && !isOwn(tip, forge.actor)) {
    const reason = `${branch} ends in a commit by ${tip.author.name} (${tip.sha}).`;
    return refused('branch-has-foreign-commits', reason);
  }
  if (tip !== null && (await isSameChange(tip, update, forge))) {
    return { outcome: 'opened', branch, commit: tip.sha, how: 'kept' };
  }
  const commit = await forge.createCommit({
    parent: update.base.commit,
    message: commitMessage(update),
    files: update.files.map(({ path, after }) => ({ path, text: after })),
  });
  const moved = await forge.moveBranch({ branch, from: head, to: commit });
  if (moved.outcome === 'overtaken')
    return waiting('branch-moved', `${branch} was moved to ${moved.head} by somebody.`);
  return { outcome: 'opened', branch, commit, how: head === null ? 'created' : 'moved' };
}

/**
 * Whether the App itself made the commit, and with it chose everything below. Whoever commits on top is its author;
 * whoever amends or rebases it is its committer. GitHub itself signs as committer for an App.
 */
function isOwn({ author, committer }: Commit, actor: string): boolean {
  return author.name === actor && [actor, 'GitHub'].includes(committer.name);
}

/** Whether the commit makes exactly this change, be it on an older base: it is not written anew for the base's sake. */
async function isSameChange(tip: Commit, update: Update, forge: Forge): Promise<boolean> {
  const [parent, ...others] = tip.parents;
  if (parent === undefined || others.length > 0 || tip.message.trimEnd() !== commitMessage(update)) return false;
  for (const { path, before, after } of update.files) {
    if ((await forge.readFile(path, tip.sha)) !== after) return false;
    if (parent !== update.base.commit && (await forge.readFile(path, parent)) !== before) return false;
  }
  return true;
}

/** nixpkgs' form of a subject, and the release's address below it. */
export function commitMessage(update: Update): string {
  const links = upstreamLinks(update);
  return `${subject(update)}\n\n${links === null ? title(`Upstream revision: ${update.plan.rev}`) : links.release}`;
}
