import { type Edited, editTo } from '../edit/edit-to.js';
import { type NamedTarget, namedTarget, type ReadTarget } from '../edit/named-target.js';
import { writeEdits } from '../edit/write.js';
import { readKernelSets } from '../nixpkgs/kernel-sets.js';
import { readTree } from '../nixpkgs/scan-files.js';
import type { Refused, Waiting } from '../outcome.js';
import { findRelease } from '../pipeline/find-release.js';
import { askFirst } from '../pipeline/kernels.js';
import type { Current } from '../pipeline/ports.js';
import { prepareEdit } from '../pipeline/prepare-edit.js';
import { proveEdit } from '../pipeline/prove-edit.js';
import { refuseLinks } from '../pipeline/refuse-links.js';
import { readTracked, type Tracked } from '../pipeline/tracked.js';
import { openTrees, type Trees } from '../pipeline/trees.js';
import type { SourceHash } from '../source/source.js';
import { selectSets } from '../verify/policy.js';
import { verifyFacts } from '../verify/verify.js';
import { listTags } from '../watch/tags.js';
import { followedUpstream } from './followed-upstream.js';
import { kernelList } from './kernel-table.js';
import { knownBranches } from './known-branches.js';
import { type Answer, progress } from './output.js';
import { updateAnswer, type VerifiedEdit } from './update-answer.js';
import { namedBy, type UpdateFlags } from './update-flags.js';
import { openVerifyPorts, showProgress } from './verify-ports.js';
import { openTools } from './world.js';

type Ended = Current | Waiting | Refused;

/** `modprobot update`: the pipeline's steps on a checkout, without a forge. */
export async function updateCommand(attr: string, flags: UpdateFlags): Promise<Answer> {
  const named = namedBy(flags);
  await using trees = openTrees(flags.nixpkgs);
  const tracked = readTracked(trees.before, attr);
  const outcome = 'outcome' in tracked ? tracked : await update(tracked, named, flags, trees);
  if (outcome.outcome === 'edited' && !flags.dryRun) await writeEdits(trees.before, outcome.files);
  return updateAnswer(attr, outcome, flags);
}

async function update(
  tracked: Tracked,
  named: NamedTarget | null,
  flags: UpdateFlags,
  trees: Trees,
): Promise<VerifiedEdit | Ended> {
  const found = named === null ? await newestOf(tracked, trees) : namedTarget(tracked.driver, named);
  if (found.outcome !== 'found') return found;
  const { attr } = tracked.driver;
  if (!flags.verify && flags.hash !== undefined) return editWith(flags.hash, attr, found, trees);
  const world = openTools();
  await using verifyPorts = await openVerifyPorts(world);
  const ports = { fetch: world.fetch, progress, verify: verifyPorts };
  const edit = (sets: readonly string[]) => prepareEdit({ attr, target: found.target, trees, sets }, ports);
  if (!flags.verify) return edit(verifyPorts.engine.name === 'none' ? [] : await setsToAsk(found, trees));

  const kernels = await readKernelSets(trees.before);
  const matrix = selectSets(kernels, kernelList(flags.kernels), found.kernel);
  if (matrix.outcome !== 'selected') return matrix;
  const { hash } = flags;
  const edited = await (hash === undefined ? edit(askFirst(matrix, kernels)) : editWith(hash, attr, found, trees));
  if (edited.outcome !== 'edited') return edited;
  const proof = await proveEdit({ attr, files: edited.files, trees, sets: matrix.sets }, ports);
  if (proof.outcome !== 'proved') return proof;
  const { verdicts, shared } = await verifyFacts(proof, { ...verifyPorts, onProgress: showProgress });
  return { ...edited, kernels: verdicts, shared };
}

/** The next release that upstream has. */
async function newestOf({ driver, rules }: Tracked, trees: Trees): Promise<ReadTarget | Ended> {
  const kernels = await knownBranches(trees.before);
  const question = { driver, rules, options: {}, kernels, now: new Date() };
  const upstream = followedUpstream(question);
  if (typeof upstream !== 'string') return upstream;
  progress(`listing the tags of ${upstream}`);
  const found = findRelease({ ...question, tags: await listTags(upstream, openTools().git) });
  if (found.outcome !== 'found') return found;
  const { tag, version, kernel } = found.release;
  return { outcome: 'found', target: { tag: tag.name, version, commit: tag.commit }, kernel };
}

/** With a hash that is given, the tree's text is all that an edit needs. */
function editWith(hash: string, attr: string, { target }: ReadTarget, trees: Trees): Promise<Edited | Refused> {
  const { before } = trees;
  const given: SourceHash = { hash, hashedBy: ['given'] };
  return editTo(readTree(before), attr, target, async (plan) => refuseLinks(before, plan) ?? given);
}

/** Kernel sets in which Nix looks for the source when nothing is to be built. */
async function setsToAsk({ kernel }: ReadTarget, trees: Trees): Promise<readonly string[]> {
  const kernels = await readKernelSets(trees.before);
  const matrix = selectSets(kernels, ['matching', 'latest'], kernel);
  return matrix.outcome === 'selected' ? askFirst(matrix, kernels) : [kernels.default];
}
