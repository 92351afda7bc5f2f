import { namedTarget } from '../edit/named-target.js';
import type { EditTarget } from '../edit/plan.js';
import { writeEdits } from '../edit/write.js';
import { Fault } from '../errors.js';
import { upstreamUrl } from '../nixpkgs/derivation-upstream.js';
import type { KernelSets } from '../nixpkgs/kernel-set.js';
import { readKernelSets } from '../nixpkgs/kernel-sets.js';
import type { Refused, Waiting } from '../outcome.js';
import { refused } from '../outcome.js';
import { findRelease } from '../pipeline/find-release.js';
import { askFirst, branchesOf } from '../pipeline/kernels.js';
import type { Current, EditPorts } from '../pipeline/ports.js';
import { type PreparedEdit, prepareEdit } from '../pipeline/prepare-edit.js';
import { readTracked, type Tracked } from '../pipeline/tracked.js';
import { openTrees, type Trees } from '../pipeline/trees.js';
import { selectSets } from '../verify/policy.js';
import type { Verdict } from '../verify/verdict.js';
import { verify } from '../verify/verify.js';
import { listTags } from '../watch/tags.js';
import { kernelList, kernelTable } from './kernel-table.js';
import { type Answer, exitCodeOf, progress } from './output.js';
import { openVerifyPorts, showProgress } from './verify-ports.js';
import { openWorld, type World } from './world.js';

export interface UpdateFlags {
  readonly nixpkgs: string;
  readonly dryRun?: boolean;
  readonly toTag?: string;
  readonly toRev?: string;
  readonly date?: string;
  readonly hash?: string;
  readonly kernels?: string;
  readonly verify: boolean;
}

type Ended = Current | Waiting | Refused;
type Edited = PreparedEdit & { readonly kernels: readonly Verdict[] | undefined };

/** `modprobot update`: the pipeline's steps on a checkout, without a forge. */
export async function updateCommand(attr: string, flags: UpdateFlags): Promise<Answer> {
  const world = openWorld();
  await using trees = openTrees(flags.nixpkgs);
  const outcome = await update(attr, flags, trees, world);
  if (outcome.outcome === 'edited' && !flags.dryRun) await writeEdits(trees.before, outcome.files);
  return answer(attr, outcome, flags);
}

async function update(attr: string, flags: UpdateFlags, trees: Trees, world: World): Promise<Edited | Ended> {
  const tracked = readTracked(trees.before, attr);
  if ('outcome' in tracked) return tracked;
  const kernels = await readKernelSets(trees.before);
  const found = await targetOf(tracked, flags, kernels, world);
  if (found.outcome !== 'found') return found;
  const matrix = selectSets(kernels, kernelList(flags.kernels), found.kernel);
  if (matrix.outcome !== 'selected') return matrix;
  await using ports = await openPorts(flags, world);
  const { target, commit } = found;
  const question = { attr, target, commit, given: flags.hash, trees, sets: askFirst(matrix, kernels) };
  const edit = await prepareEdit(question, ports);
  if (edit.outcome !== 'edited' || !flags.verify)
    return edit.outcome === 'edited' ? { ...edit, kernels: undefined } : edit;
  const after = ports.verify.engine.name === 'none' ? trees.before : await trees.withEdits(edit.files);
  const asked = { attr, before: trees.before, after, sets: matrix.sets };
  const { verdicts } = await verify(asked, { ...ports.verify, onProgress: showProgress });
  return { ...edit, kernels: verdicts };
}

interface FoundTarget {
  readonly outcome: 'found';
  readonly target: EditTarget;
  readonly commit: string | undefined;
  readonly kernel: string | null;
}

/** What the flags name, else the next release that upstream has. */
async function targetOf(
  tracked: Tracked,
  flags: UpdateFlags,
  kernels: KernelSets,
  { git }: World,
): Promise<FoundTarget | Ended> {
  const named = namedBy(flags);
  if (named !== null) {
    const target = namedTarget(tracked.driver, named);
    if ('outcome' in target) return target;
    return { outcome: 'found', target: target.target, commit: undefined, kernel: target.kernel };
  }
  const upstream = upstreamUrl(tracked.driver);
  if (upstream === null) return refused('follows-no-tags', `${tracked.driver.attr} has no upstream that is known.`);
  progress(`listing the tags of ${upstream}`);
  const tags = await listTags(upstream, git);
  const found = findRelease({ ...tracked, options: {}, tags, kernels: branchesOf(kernels), now: new Date() });
  if (found.outcome !== 'found') return found;
  const { tag, version, kernel } = found.release;
  return { outcome: 'found', target: { tag: tag.name, version }, commit: tag.commit, kernel };
}

function namedBy({ toTag, toRev, date }: UpdateFlags) {
  if (toTag !== undefined && toRev !== undefined) throw usage('--to-tag and --to-rev exclude each other');
  if (toTag !== undefined) return { tag: toTag };
  if (toRev === undefined && date === undefined) return null;
  if (toRev === undefined || date === undefined) throw usage('--to-rev and --date belong together');
  return { rev: toRev, date };
}

function usage(message: string): Fault {
  return new Fault('option-invalid', `${message}; modprobot update --help shows both.`);
}

/** With a hash that was given and nothing to build, no engine is asked. */
async function openPorts(flags: UpdateFlags, { settings, fetch }: World): Promise<EditPorts & AsyncDisposable> {
  const needsEngine = flags.verify || flags.hash === undefined;
  const engine = needsEngine ? settings.engine : { ...settings.engine, engine: 'none' as const };
  const opened = await openVerifyPorts({ ...settings, engine });
  return { fetch, progress, verify: opened, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

function answer(attr: string, outcome: Edited | Ended, flags: UpdateFlags): Answer {
  const exitCode = exitCodeOf(outcome.outcome);
  if (outcome.outcome !== 'edited') {
    const { reason } = outcome;
    const code = 'code' in outcome ? outcome.code : null;
    const nothing = { version: null, rev: null, hash: null, hashedBy: [], files: [] };
    const text = `${attr}: ${outcome.outcome}. ${reason}${code === null ? '' : ` [${code}]`}`;
    return { json: { attr, outcome: outcome.outcome, code, reason, ...nothing }, text, exitCode };
  }
  const { plan, hash, files, kernels } = outcome;
  const json = {
    attr,
    outcome: 'edited',
    code: null,
    reason: null,
    version: plan.version,
    rev: plan.rev,
    hash: hash.hash,
    hashedBy: hash.hashedBy,
    files: files.map(({ path, diff }) => ({ path, diff })),
    ...(kernels === undefined ? {} : { kernels }),
  };
  return { json, text: describe(attr, outcome, flags), exitCode };
}

function describe(attr: string, { plan, hash, files, kernels }: Edited, flags: UpdateFlags): string {
  const headline = `${attr}: ${plan.version.from} -> ${plan.version.to}${flags.dryRun ? ' (nothing was written)' : ''}`;
  const source = `source hash ${hash.hash} (${hash.hashedBy.join(' and ')})`;
  const diffs = files.map(({ diff }) => diff.trimEnd());
  const built = kernels === undefined ? [] : ['', kernelTable(kernels)];
  return [headline, source, '', ...diffs, ...built].join('\n');
}
