import { Fault } from '../../errors.js';
import { openContainer } from './container.js';
import { ask } from './container-program.js';
import type { Engine } from './engine.js';
import { openLocal } from './local.js';
import { noEngine } from './none.js';
import type { EngineSettings } from './settings.js';

export interface OpenedEngine {
  readonly engine: Engine;
  /** What was found, or what to do about it when nothing was: one sentence for the log and for the pull request. */
  readonly found: string;
  close(): Promise<void>;
}

/** The image has some hundred megabytes. */
const longestPull = 15 * 60_000;

const advice = 'Install podman (or docker), or Nix itself; see docs/nix.md. Without it nothing is built.';

/**
 * Opens the engine that the settings name. `auto` takes the first that works: a container, the local Nix, none.
 * A container engine first clears away what a killed worker left behind, and a store that has grown past its limit.
 *
 * Throws `engine-missing` when the settings name an engine that is not there.
 */
export async function openEngine(settings: EngineSettings): Promise<OpenedEngine> {
  if (settings.engine === 'none') return nothing('Nix is switched off (MODPROBOT_ENGINE=none).');
  const reasons: string[] = [];
  if (settings.engine !== 'local') {
    const container = await tryContainer(settings);
    if (typeof container !== 'string') return container;
    reasons.push(container);
  }
  if (settings.engine !== 'container') {
    const local = await tryLocal(settings);
    if (typeof local !== 'string') return local;
    reasons.push(local);
  }
  const reason = `${reasons.join('; ')}. ${advice}`;
  if (settings.engine === 'auto') return nothing(`No Nix engine: ${reason}`);
  throw new Fault('engine-missing', `The ${settings.engine} engine is not there: ${reason}`, { reasons });
}

async function tryContainer(settings: EngineSettings): Promise<OpenedEngine | string> {
  const { program: wanted, image } = settings.container;
  const program = wanted === 'auto' ? await firstAnswering(['podman', 'docker']) : wanted;
  if (program === null) return 'neither podman nor docker answers';
  if (!(await answers(program, ['version']))) return `${program} does not answer`;
  if (!(await hasImage(program, image))) return `${program} has no image ${image} and could not pull it`;
  const engine = await openContainer(program, settings);
  const refusal = await probe(engine);
  if (refusal !== null) {
    await engine.close();
    return `${program} cannot run Nix in ${image}: ${refusal}`;
  }
  const leftovers = await engine.removeLeftovers();
  await engine.trimStore();
  const cleared = leftovers.length === 0 ? '' : ` Removed ${leftovers.length} container(s) of a run that was killed.`;
  return { engine, found: `Nix runs in ${program} containers of ${image}.${cleared}`, close: () => engine.close() };
}

async function tryLocal(settings: EngineSettings): Promise<OpenedEngine | string> {
  const engine = await openLocal(settings);
  const refusal = await probe(engine);
  if (refusal === null) return { engine, found: 'Nix of this machine is used.', close: () => engine.close() };
  await engine.close();
  return `Nix on this machine does not work: ${refusal}`;
}

/** Null when Nix answers, else its complaint. */
async function probe(engine: Engine): Promise<string | null> {
  try {
    const args = ['--eval', '--expr', '1'];
    const answer = await engine.run({
      program: 'nix-instantiate',
      args,
      trees: [],
      network: 'none',
      timeoutMs: 120_000,
    });
    if (answer.exitCode === 0) return null;
    return answer.stderr.trim().split('\n').at(-1) ?? 'no answer';
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

async function firstAnswering(programs: readonly string[]): Promise<string | null> {
  for (const program of programs) {
    if (await answers(program, ['version'])) return program;
  }
  return null;
}

async function hasImage(program: string, image: string): Promise<boolean> {
  if (await answers(program, ['image', 'inspect', '--', image])) return true;
  return answers(program, ['pull', '--', image], longestPull);
}

async function answers(program: string, args: readonly string[], timeoutMs?: number): Promise<boolean> {
  try {
    return (await ask(program, args, timeoutMs)).exitCode === 0;
  } catch {
    return false;
  }
}

function nothing(found: string): OpenedEngine {
  return { engine: noEngine(found), found, close: async () => {} };
}
