import { openEngine } from '../nix/engine/open.js';
import { verifySettings } from '../pipeline/settings.js';
import type { BuildCache, BuildResult } from '../verify/build-cache.js';
import type { VerifyPorts, VerifyProgress } from '../verify/verify.js';
import { progress } from './output.js';
import type { Tools } from './world.js';

export type OpenedVerifyPorts = Omit<VerifyPorts, 'onProgress'> & AsyncDisposable;

/** Opens the Nix engine of the settings, and says on the way what was found. */
export async function openVerifyPorts({ settings, signal }: Tools): Promise<OpenedVerifyPorts> {
  const opened = await openEngine(settings.engine);
  progress(opened.found);
  return {
    engine: opened.engine,
    builds: buildsOfThisRun(),
    settings: verifySettings(settings),
    signal,
    [Symbol.asyncDispose]: () => opened.close(),
  };
}

/** The command keeps nothing between runs; what Nix has built stays in its store. */
function buildsOfThisRun(): BuildCache {
  const known = new Map<string, BuildResult>();
  return {
    get: async (drvPath) => known.get(drvPath) ?? null,
    put: async (drvPath, result) => void known.set(drvPath, result),
  };
}

/** What happens to each kernel set, a line each; the build's own log is left out. */
export function showProgress(event: VerifyProgress): void {
  if (event.kind === 'started') progress(`${event.set}: building, ${event.side} the update`);
  if (event.kind !== 'verdict') return;
  const { set, before, after, status, ms } = event.verdict;
  progress(`${set}: ${before} -> ${after}, ${status} (${(ms / 1000).toFixed(1)} s)`);
}
