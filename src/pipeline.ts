import { Fault } from './errors.js';
import { readBrokenBound } from './nixpkgs/broken-bound.js';
import { readKernelSets } from './nixpkgs/kernel-sets.js';
import type { Refused, Waiting } from './outcome.js';
import { findUpdate } from './pipeline/find-update.js';
import { askFirst, branchesOf } from './pipeline/kernels.js';
import { live } from './pipeline/live.js';
import { compareOfficial } from './pipeline/official.js';
import type { Current, PipelinePorts, UpdateRequest } from './pipeline/ports.js';
import { prepareEdit } from './pipeline/prepare-edit.js';
import { proveEdit } from './pipeline/prove-edit.js';
import { newerSupportedKernel } from './pipeline/supported-kernel.js';
import { brokenOff, takeBack } from './pipeline/take-back.js';
import { readTracked } from './pipeline/tracked.js';
import {
  type Checks,
  completeChecks,
  type OpenedPullRequest,
  openBranch,
  openPullRequest,
  queueChecks,
  type Update,
} from './publish/publish.js';
import { selectSets } from './verify/policy.js';
import { type Verified, verifyFacts } from './verify/verify.js';

/** What became of one driver. */
export type UpdateOutcome = Current | Waiting | Refused | Published;

interface Published {
  readonly outcome: 'published';
  readonly update: Update;
  readonly pullRequest: OpenedPullRequest;
  readonly verified: Verified;
}

/**
 * The way through the house: an upstream's tags become a checked pull request on the fork.
 *
 * Version and hash are changed in the derivation, the change goes to its branch, is built against the release's kernel
 * and its neighbours, before and after, with one check run per kernel, and is filed for a maintainer to merge.
 * Whatever is doubtful on the way ends it with a reason.
 *
 * @throws Fault of the room in which something broke; nothing half-published stays behind, and the next run goes on.
 */
export async function updateDriver(request: UpdateRequest, ports: PipelinePorts): Promise<UpdateOutcome> {
  const { forge, attr, options, tags, firstSights, releases, head } = request;
  const base = { branch: request.base, commit: await headOf(request) };
  await using trees = await ports.openTrees(forge, base.commit);

  // What is tracked, and what upstream has that is the next release.
  const tracked = readTracked(trees.before, attr);
  if ('outcome' in tracked) return tracked;
  const kernels = await readKernelSets(trees.before);
  const question = {
    ...tracked,
    options,
    tags,
    firstSights,
    releases,
    head,
    kernels: branchesOf(kernels),
    now: new Date(),
  };
  const found = findUpdate(question);
  if (found.outcome !== 'found') return found;
  const { release, target } = found;

  // What NixOS/nixpkgs has of it already.
  const look = await request.lookAtOfficial(tracked.driver);
  const elsewhere = look === null ? [] : compareOfficial({ question, release, tree: trees.before, look });
  if ('outcome' in elsewhere) return elsewhere;
  const remarks = [...found.remarks, ...elsewhere];

  // The kernels that it has to stand.
  const matrix = selectSets(kernels, request.kernels, release.kernel);
  if (matrix.outcome !== 'selected') return matrix;
  const sets = matrix.sets.map(({ set }) => set);

  // Its source hash, and the edit that two guards have proved to change nothing else: one reads the files, one asks Nix.
  const edit = await prepareEdit({ attr, target, trees, sets: askFirst(matrix, kernels) }, ports);
  if (edit.outcome !== 'edited') return edit;
  const proof = await proveEdit({ attr, files: edit.files, trees, sets: matrix.sets }, ports);
  if (proof.outcome !== 'proved') return proof;
  const update: Update = { driver: tracked.driver, release, remarks, base, ...edit };

  // The commit goes to its branch first, because check runs need one.
  const branch = await openBranch(update, forge);
  if (branch.outcome !== 'opened') return branch;
  let checks: Checks = new Map();
  try {
    checks = await queueChecks({ update, commit: branch.commit, sets }, forge);

    // Every kernel of the matrix, before and after.
    const reports = live(checks, forge, ports);
    const verified = await verifyFacts(proof, { ...ports.verify, onProgress: reports.onProgress });
    await reports.written();
    await completeChecks({ checks, verdicts: verified.verdicts, system: verified.system }, forge);

    // What a maintainer sees.
    const bound = readBrokenBound(trees.before, attr);
    const verification = { ...verified, matching: matrix.matching, bound };
    const noticed = [...remarks, ...(await newerSupportedKernel(edit.files, proof, ports))];
    const pullRequest = await openPullRequest({ update: { ...update, remarks: noticed }, verification }, forge);
    if (pullRequest.outcome !== 'refused') return { outcome: 'published', update, pullRequest, verified };
    await takeBack({ base: base.branch, branch, checks, reason: pullRequest.reason }, forge);
    return pullRequest;
  } catch (fault) {
    await takeBack({ base: base.branch, branch, checks, reason: brokenOff(fault) }, forge);
    throw fault;
  }
}

async function headOf({ forge, base }: UpdateRequest): Promise<string> {
  const head = await forge.branchHead(base);
  if (head !== null) return head;
  const message = `${forge.owner}/${forge.name} has no branch ${base}. Correct \`base\` in .github/modprobot.yml.`;
  throw new Fault('base-missing', message, { base });
}
