import type { Engine, Finished } from '../nix/engine/engine.js';
import type { Facts, PackageFacts } from '../nix/facts.js';
import { inspectModules } from '../nix/inspect-modules.js';
import { build, dryRun, readDerivations } from '../nix/realise.js';
import { realisePlanned } from '../nix/realise-planned.js';
import type { BuildResult } from './build-cache.js';
import { firstError } from './compiler-error.js';

/** One module on one kernel. */
export interface BuildTarget {
  readonly facts: PackageFacts;
  /** What `vermagic` must begin with: the kernel's own name for itself; null for a package without modules. */
  readonly modDirVersion: string | null;
  /** The tree's own modinfo. */
  readonly kmod: Facts['kmod'];
}

export interface BuildOptions {
  readonly engine: Engine;
  /** Limit of each step (fetching, compiling), milliseconds. */
  readonly timeoutMs: number;
  /** The operator allows building what no binary cache has, kernels included. */
  readonly allowOtherBuilds: boolean;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** A build that says nothing of the derivation: it was not made, or not made to its end. */
export interface NotBuilt {
  readonly state: 'not built';
  readonly reason: string;
  readonly ms: number;
}

/** Of nixpkgs' fetchers: a list of addresses that every download needs and that is made in a moment. */
const madeInAMoment = /-mirrors-list\.drv$/;

/**
 * Builds one derivation: first asks what its inputs would take, then fetches them, then compiles in a container without
 * network. Nothing but fixed-output derivations is built with it. Aborting throws the signal's reason.
 */
export async function buildTarget(target: BuildTarget, options: BuildOptions): Promise<BuildResult | NotBuilt> {
  const started = performance.now();
  const ms = () => Math.round(performance.now() - started);
  const { engine } = options;
  const { drvPath } = target.facts;

  const inputs = [...(await inputsOf(drvPath, options)), ...modinfo(target)];
  const built = inputs.length === 0 ? [] : (await dryRun(engine, inputs, options)).built;
  const others = options.allowOtherBuilds ? [] : otherBuilds(target, built);
  if (others.length > 0) return { state: 'not built', reason: waitingFor(others), ms: ms() };

  const fetched = await realisePlanned(engine, inputs, built, options);
  if (fetched !== null && fetched.exitCode !== 0) {
    const reason =
      interruption(fetched, options) ?? `its source or another input could not be had: ${complaint(fetched)}`;
    return { state: 'not built', reason, ms: ms() };
  }

  const finished = await build(engine, drvPath, options);
  if (finished.exitCode === 0) return inspect(target, finished, options, ms);
  const interrupted = interruption(finished, options);
  if (interrupted !== null) return { state: 'not built', reason: interrupted, ms: ms() };
  const error = firstError(finished.stderr);
  return { state: 'fails', reason: error === null ? complaint(finished) : '', error, modules: [], ms: ms() };
}

async function inspect(
  target: BuildTarget,
  finished: Finished,
  options: BuildOptions,
  ms: () => number,
): Promise<BuildResult> {
  const { modDirVersion } = target;
  if (modDirVersion === null) return { state: 'ok', reason: '', error: null, modules: [], ms: ms() };
  const outputs = finished.stdout.split('\n').filter((path) => path.startsWith('/'));
  const found = await inspectModules(options.engine, outputs, target.kmod.path, options);
  const modules = found.map(({ path: _, ...module }) => module);
  const stranger = modules.find(({ vermagic }) => !`${vermagic} `.startsWith(`${modDirVersion} `));
  if (stranger === undefined) return { state: 'ok', reason: '', error: null, modules, ms: ms() };
  const reason = `${stranger.name} is built for kernel "${stranger.vermagic}", not for ${modDirVersion}`;
  return { state: 'fails', reason, error: null, modules, ms: ms() };
}

/** Asked of the inputs and not of the module: where a cache has the module, its inputs may still have to be built. */
async function inputsOf(drvPath: string, options: BuildOptions): Promise<readonly string[]> {
  return (await readDerivations(options.engine, [drvPath], options)).flatMap(({ inputs }) => inputs);
}

/** What else would be built: neither the module nor its source nor its patches. */
function otherBuilds(target: BuildTarget, built: readonly string[]): readonly string[] {
  const { drvPath, sources, patches } = target.facts;
  const own = new Set([drvPath, ...sources.map((one) => one.drvPath), ...patches.map((one) => one.drvPath)]);
  return built.filter((path) => !own.has(path) && !madeInAMoment.test(path));
}

/** What is to be realised before built modules can be read. */
function modinfo({ kmod, modDirVersion }: BuildTarget): readonly string[] {
  return kmod.drvPath === null || modDirVersion === null ? [] : [kmod.drvPath];
}

function waitingFor(others: readonly string[]): string {
  const [first = '', ...rest] = others.map((path) => path.replace(/^.*\/[a-z0-9]{32}-/, '').replace(/\.drv$/, ''));
  const more = rest.length === 0 ? '' : ` and ${rest.length} more`;
  return `waiting: not in the binary cache: ${first}${more} would have to be built first`;
}

/** Why a step says nothing of the derivation; null when it does. */
function interruption(finished: Finished, options: BuildOptions): string | null {
  if (finished.timedOut) return `took longer than ${Math.round(options.timeoutMs / 1000)} s and was stopped`;
  if (finished.exitCode === null) return 'was killed, probably by the memory limit';
  if (/No space left on device|Disk quota exceeded/.test(finished.stderr)) {
    return 'the disk is full: raise MODPROBOT_BUILD_DISK or make room for the Nix volume';
  }
  if (/failed due to signal 9|Killed signal terminated program|Cannot allocate memory/.test(finished.stderr)) {
    return 'a program of the build was killed, probably by the memory limit (MODPROBOT_CONTAINER_MEMORY)';
  }
  return null;
}

/** Nix's own complaint, else the last line that was printed. */
function complaint(finished: Finished): string {
  const lines = finished.stderr.split('\n').map((line) => line.trim());
  const error = lines.find((line) => /^(error: |curl: \(\d+\) )/.test(line) && !/^error: builder for/.test(line));
  return (error ?? lines.findLast((line) => line !== '') ?? 'no output').replace(/^error: /, '').slice(0, 300);
}
