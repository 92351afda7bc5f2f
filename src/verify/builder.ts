import type PQueue from 'p-queue';
import { type BuildTarget, buildTarget, type NotBuilt } from './build.js';
import type { BuildResult } from './build-cache.js';
import type { Side, VerifyPorts } from './ports.js';

export type Builder = (target: BuildTarget, set: string, side: Side) => Promise<BuildResult | NotBuilt>;

/** Builds a derivation at most once, however many sets and sides ask for it. */
export function createBuilder(ports: VerifyPorts, queue: PQueue, signal: AbortSignal): Builder {
  const { engine, builds, settings, onProgress } = ports;
  const running = new Map<string, Promise<BuildResult | NotBuilt>>();
  const make = async (target: BuildTarget, set: string, side: Side) => {
    const { drvPath } = target.facts;
    const known = await builds.get(drvPath);
    if (known !== null) return { ...known, ms: 0 };
    const result = await queue.add(() => {
      onProgress?.({ kind: 'started', set, side });
      return buildTarget(target, {
        engine,
        timeoutMs: settings.buildMs,
        allowOtherBuilds: settings.allowOtherBuilds,
        onLine: (line) => onProgress?.({ kind: 'line', set, side, line }),
        signal,
      });
    });
    if (result.state !== 'not built') await builds.put(drvPath, result);
    return result;
  };
  return (target, set, side) => {
    const { drvPath } = target.facts;
    const made = running.get(drvPath) ?? make(target, set, side);
    running.set(drvPath, made);
    return made;
  };
}
