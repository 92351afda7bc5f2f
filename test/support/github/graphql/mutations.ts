import { setDraft } from '../actions/pulls.js';
import { type RefUpdate, updateRefs } from '../actions/refs.js';
import { isAncestor, objectType, readRef, zeroSha } from '../git.js';
import { isPull } from '../model/issues.js';
import type { Repository } from '../world.js';
import { actorOf, type Context, demandAll, nodeOf, refusal } from './context.js';
import { pullObject } from './objects.js';

interface Input<Fields> {
  readonly input: Fields & { readonly clientMutationId?: string };
}

interface AskedUpdate {
  readonly name: string;
  readonly afterOid: string;
  readonly beforeOid?: string | null;
  readonly force?: boolean | null;
}

export const mutations = {
  convertPullRequestToDraft: (asked: Input<{ pullRequestId: string }>, context: Context) =>
    changeDraft(asked, context, 'draft'),
  markPullRequestReadyForReview: (asked: Input<{ pullRequestId: string }>, context: Context) =>
    changeDraft(asked, context, 'ready'),
  async updateRefs({ input }: Input<{ repositoryId: string; refUpdates: readonly AskedUpdate[] }>, context: Context) {
    const repository = nodeOf(context, input.repositoryId);
    if ('number' in repository) throw refusal('NOT_FOUND', `'${input.repositoryId}' is not a repository`);
    demandAll(context, repository, ['contents:write']);
    const updates: RefUpdate[] = [];
    for (const update of input.refUpdates) updates.push(await checked(repository, update));
    if (!(await updateRefs(context.world, repository, updates, actorOf(context)))) throw moved(updates[0]?.ref ?? '');
    return { clientMutationId: input.clientMutationId ?? null };
  },
};

/** An App needs `contents: write` too: without it GitHub refuses, whatever it may do to pull requests. */
async function changeDraft({ input }: Input<{ pullRequestId: string }>, context: Context, wanted: 'draft' | 'ready') {
  const issue = nodeOf(context, input.pullRequestId);
  if (!('number' in issue) || !isPull(issue)) throw refusal('NOT_FOUND', `'${input.pullRequestId}' is no pull request`);
  demandAll(context, issue.repository, ['pull_requests:write', 'contents:write']);
  if (issue.state === 'closed') throw refusal('UNPROCESSABLE', 'Pull request is closed');
  await setDraft(context.world, issue, actorOf(context), wanted);
  return { clientMutationId: input.clientMutationId ?? null, pullRequest: pullObject(issue) };
}

async function checked(repository: Repository, update: AskedUpdate): Promise<RefUpdate> {
  const { name: ref, afterOid: after, beforeOid, force } = update;
  const { directory } = repository;
  if (!/^refs\/(heads|tags)\/[^\0-\x20\x7f~^:?*[\\]+$/.test(ref))
    throw refusal('UNPROCESSABLE', `${ref} is not a valid ref`);
  const before = (await readRef(directory, ref)) ?? zeroSha;
  if (beforeOid && beforeOid !== before) throw moved(ref);
  if (after === zeroSha) return { ref, before, after };
  if (!(await objectType(directory, after))) throw refusal('UNPROCESSABLE', `No object with the oid ${after}`);
  const forward = before === zeroSha || (await isAncestor(directory, before, after));
  if (!forward && !force) throw refusal('UNPROCESSABLE', `Update of ${ref} is not a fast forward`);
  return { ref, before, after };
}

function moved(ref: string) {
  return refusal('UNPROCESSABLE', `A ref update failed: ${ref} does not point at the expected oid`);
}
