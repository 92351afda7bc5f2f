import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exportRevision } from '../nixpkgs/export-revision.js';
import { readKernelSets } from '../nixpkgs/kernel-sets.js';
import { readTree } from '../nixpkgs/scan-files.js';
import { readScope } from '../nixpkgs/scan-scope.js';
import { type Refused, refused, type Waiting } from '../outcome.js';
import { readTracked } from '../pipeline/tracked.js';
import { compilePattern, readTag } from '../release/pattern.js';
import { type SelectedSets, selectSets } from '../verify/policy.js';
import { type Verified, verify } from '../verify/verify.js';
import { kernelList, kernelTable } from './kernel-table.js';
import { type Answer, exitCodeOf, exitCodes, printable, progress } from './output.js';
import { openVerifyPorts, showProgress } from './verify-ports.js';
import { openTools } from './world.js';

export interface VerifyFlags {
  readonly nixpkgs: string;
  readonly kernels?: string;
  readonly against?: string;
}

/** `modprobot verify`: builds one attribute of a checkout on many kernels, compared with an earlier revision of it. */
export async function verifyCommand(attr: string, flags: VerifyFlags): Promise<Answer> {
  const matrix = await matrixOf(attr, flags);
  if (matrix.outcome !== 'selected') {
    const { outcome, code, reason } = matrix;
    const json = { attr, outcome, code, reason, system: null, kernels: [] };
    return { json, text: printable(`${attr}: ${outcome}. ${reason} [${code}]`), exitCode: exitCodeOf(outcome) };
  }
  for (const { set, sentence } of matrix.removed) progress(`${set} is left out: ${sentence}`);
  const { system, verdicts } = await verified(attr, flags, matrix);
  return { json: { attr, system, kernels: verdicts }, text: kernelTable(verdicts), exitCode: exitCodes.done };
}

/** The sets of `--kernels`; refused for an attribute that the tree does not have. */
async function matrixOf(attr: string, { nixpkgs, kernels }: VerifyFlags): Promise<SelectedSets | Waiting | Refused> {
  if (!readScope(readTree(nixpkgs)).attributes.has(attr)) {
    return refused('unknown-attribute', `The kernel package scope has no attribute ${attr}.`);
  }
  const words = kernelList(kernels);
  return selectSets(await readKernelSets(nixpkgs), words, kernelOf(attr, nixpkgs));
}

/** The kernel that the attribute's own release names. */
function kernelOf(attr: string, nixpkgs: string): string | null {
  const tracked = readTracked(nixpkgs, attr);
  if ('outcome' in tracked) return null;
  const { follows, pattern, rev } = tracked.driver;
  if (follows !== 'tag' || pattern === null || rev === null) return null;
  return readTag(compilePattern(pattern), rev)?.kernel ?? null;
}

async function verified(attr: string, flags: VerifyFlags, { sets }: SelectedSets): Promise<Verified> {
  const tools = openTools();
  const after = resolve(flags.nixpkgs);
  const scratch = await mkdtemp(join(tmpdir(), 'modprobot-before-'));
  try {
    if (flags.against !== undefined) progress(`reading the tree at ${flags.against}`);
    const before = flags.against === undefined ? null : await exportRevision(after, flags.against, scratch, tools.git);
    await using ports = await openVerifyPorts(tools);
    return await verify({ attr, before, after, sets }, { ...ports, onProgress: showProgress });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
