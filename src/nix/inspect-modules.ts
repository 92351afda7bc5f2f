import { Fault } from '../errors.js';
import type { Engine } from './engine/engine.js';
import { runStep, type StepOptions } from './realise.js';

/** What `modinfo` says of one built kernel module. */
export interface ModuleInfo {
  /** Path inside its output: `lib/modules/6.12.63/extra/v4l2loopback.ko.xz`. */
  readonly path: string;
  /** File name without its compression: `v4l2loopback.ko`. */
  readonly name: string;
  /** `6.12.63 SMP preempt mod_unload`; empty when the module has none. */
  readonly vermagic: string;
  /** `0.15.4`, as the module's source says; null when it does not. */
  readonly version: string | null;
  /** `GPL`, likewise. */
  readonly license: string | null;
}

/** Kernels install modules plain or compressed (CONFIG_MODULE_COMPRESS_*). */
const suffix = /\.ko(\.(xz|zst|gz))?$/;

/**
 * Finds the kernel modules in the outputs and asks the tree's own modinfo (`kmodPath`) about each.
 * Throws `engine-failed` when modinfo cannot read one.
 */
export async function inspectModules(
  engine: Engine,
  outPaths: readonly string[],
  kmodPath: string,
  options: StepOptions,
): Promise<readonly ModuleInfo[]> {
  if (outPaths.length === 0) return [];
  const files = await findModules(engine, outPaths, options);
  if (files.length === 0) return [];
  const finished = await runStep(engine, `${kmodPath}/bin/modinfo`, files, 'none', options);
  if (finished.exitCode !== 0) {
    throw new Fault('engine-failed', `modinfo cannot read the built modules: ${finished.stderr.trim()}`, { files });
  }
  const said = fieldsByFile(finished.stdout);
  return files.map((path) => {
    const field = (name: string) => said.get(`${path} ${name}`) ?? null;
    return {
      path: path.replace(/^\/nix\/store\/[^/]+\//, ''),
      name: (path.split('/').at(-1) ?? path).replace(suffix, '.ko'),
      vermagic: field('vermagic') ?? '',
      version: field('version'),
      license: field('license'),
    };
  });
}

/** By file and field: what modinfo prints of many modules, each beginning with its file name. */
function fieldsByFile(printed: string): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  let file = '';
  for (const line of printed.split('\n')) {
    const [, key, value = ''] = /^(filename|vermagic|version|license):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === 'filename') file = value;
    else if (key !== undefined) said.set(`${file} ${key}`, value);
  }
  return said;
}

async function findModules(
  engine: Engine,
  outPaths: readonly string[],
  options: StepOptions,
): Promise<readonly string[]> {
  const finished = await runStep(engine, 'find', [...outPaths, '-type', 'f', '-name', '*.ko*'], 'none', options);
  if (finished.exitCode !== 0) {
    throw new Fault('engine-failed', `The built outputs cannot be read: ${finished.stderr.trim()}`, { outPaths });
  }
  return finished.stdout
    .split('\n')
    .filter((path) => suffix.test(path))
    .sort();
}
