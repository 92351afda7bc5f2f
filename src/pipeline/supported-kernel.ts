import type { FileEdit } from '../edit/edit.js';
import { dryRun, runStep } from '../nix/realise.js';
import { realisePlanned } from '../nix/realise-planned.js';
import { compareKernels } from '../release/kernel.js';
import type { EditPorts } from './ports.js';
import type { ProvedEdit } from './prove-edit.js';

/** zfs: the newest kernel that nixpkgs takes it to support. */
const written = /^\s*kernelMaxSupportedMajorMinor = "(\d+\.\d+)";/m;
/** The same in zfs' own META file. */
const stated = /^Linux-Maximum:\s*(\d+\.\d+)\s*$/m;

/**
 * A remark where upstream's META file says that the release supports a newer kernel than the edited file does: nobody raises
 * that but a person. Needs the source, as the builds left it in Nix' store; where it is not there, there is no remark.
 */
export async function newerSupportedKernel(
  files: readonly FileEdit[],
  { attr, facts }: ProvedEdit,
  { verify }: Pick<EditPorts, 'verify'>,
): Promise<string[]> {
  const file = files.find(({ after }) => written.test(after));
  const own = written.exec(file?.after ?? '')?.[1];
  const sets = Object.values(facts?.after.sets ?? {});
  const found = sets.map((set) => (set.state === 'present' ? set.attrs[attr] : undefined));
  const source = found.find((one) => one?.state === 'present');
  const drvPath = source?.state === 'present' ? source.sources[0]?.drvPath : null;
  if (file === undefined || own === undefined || !drvPath) return [];
  const upstream = stated.exec(await metaFile(drvPath, verify))?.[1];
  if (upstream === undefined || compareKernels(upstream, own) <= 0) return [];
  return [
    `Upstream's META file says that the release supports kernels up to ${upstream}; kernelMaxSupportedMajorMinor in ${file.path} says ${own}.`,
  ];
}

async function metaFile(drvPath: string, { engine, settings, signal }: EditPorts['verify']): Promise<string> {
  const step = { timeoutMs: settings.buildMs, ...(signal === undefined ? {} : { signal }) };
  const { built } = await dryRun(engine, [drvPath], step);
  const made = await realisePlanned(engine, [drvPath], built, step);
  const path = made?.stdout.split('\n').find((line) => line.startsWith('/'));
  if (path === undefined) return '';
  return (await runStep(engine, 'cat', ['--', `${path}/META`], 'none', step)).stdout;
}
