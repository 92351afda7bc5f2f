import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exportRevision } from '../nixpkgs/export-revision.js';
import { readKernelSets } from '../nixpkgs/kernel-sets.js';
import { selectSets } from '../verify/policy.js';
import { verify } from '../verify/verify.js';
import { kernelList, kernelTable } from './kernel-table.js';
import { type Answer, exitCodeOf, exitCodes } from './output.js';
import { openVerifyPorts, showProgress } from './verify-ports.js';
import { openTools } from './world.js';

export interface VerifyFlags {
  readonly nixpkgs: string;
  readonly kernels?: string;
  readonly against?: string;
}

/** `modprobot verify`: builds one attribute of a checkout on many kernels, compared with an earlier revision of it. */
export async function verifyCommand(attr: string, flags: VerifyFlags): Promise<Answer> {
  const tools = openTools();
  const after = resolve(flags.nixpkgs);
  const matrix = selectSets(await readKernelSets(after), kernelList(flags.kernels), null);
  if (matrix.outcome !== 'selected') {
    return { json: { attr, ...matrix }, text: matrix.reason, exitCode: exitCodeOf(matrix.outcome) };
  }
  const scratch = await mkdtemp(join(tmpdir(), 'modprobot-before-'));
  try {
    const before = flags.against === undefined ? null : await exportRevision(after, flags.against, scratch, tools.git);
    await using ports = await openVerifyPorts(tools);
    const verified = await verify({ attr, before, after, sets: matrix.sets }, { ...ports, onProgress: showProgress });
    const json = { attr, system: verified.system, kernels: verified.verdicts };
    return { json, text: kernelTable(verified.verdicts), exitCode: exitCodes.done };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
