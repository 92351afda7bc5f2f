import PQueue from 'p-queue';
import type { Engine } from '../nix/engine/engine.js';
import { type AbsentFacts, collectFacts, type Facts, type PackageFacts, type SetFacts } from '../nix/facts.js';
import type { KernelSet } from '../nixpkgs/kernel-set.js';
import { type BuildTarget, buildTarget, type NotBuilt } from './build.js';
import type { BuildCache, BuildResult } from './build-cache.js';
import { judge } from './judge.js';
import type { BuildState, Verdict } from './verdict.js';

export interface VerifyRequest {
  /** Name in the kernel package scope. */
  readonly attr: string;
  /** Absolute paths of the nixpkgs trees; `before` is null where there is nothing to compare with. */
  readonly before: string | null;
  readonly after: string;
  readonly sets: readonly Pick<KernelSet, 'set' | 'version'>[];
}

export interface VerifySettings {
  /** Limit of one evaluation, milliseconds. */
  readonly evaluationMs: number;
  /** Limit of each step of one build, milliseconds. */
  readonly buildMs: number;
  /** Builds side by side. */
  readonly parallel: number;
  /** Whether what no binary cache has may be built too: kernels take hours. */
  readonly allowOtherBuilds: boolean;
  /** `x86_64-linux`; null takes the one on which Nix runs. */
  readonly system: string | null;
}

export interface VerifyPorts {
  readonly engine: Engine;
  readonly builds: BuildCache;
  readonly settings: VerifySettings;
  readonly onProgress?: (progress: VerifyProgress) => void;
  readonly signal?: AbortSignal;
}

type Side = 'before' | 'after';

export type VerifyProgress =
  | { readonly kind: 'started'; readonly set: string; readonly side: Side }
  | { readonly kind: 'line'; readonly set: string; readonly side: Side; readonly line: string }
  /** A set has its verdict; the others may still be building. */
  | { readonly kind: 'verdict'; readonly verdict: Verdict };

export interface Verified {
  /** `x86_64-linux`; null when no Nix was there to say. */
  readonly system: string | null;
  /** One per set, in the order in which they were asked for. */
  readonly verdicts: readonly Verdict[];
}

/**
 * Evaluates the attribute in every set, before and after, builds what can be built, and compares.
 * What was built once is taken from `builds`; a set whose derivation does not change is built once.
 *
 * Without an engine every set reads `not built`. Throws the engine's faults, and the signal's reason when it is aborted.
 */
export async function verify(request: VerifyRequest, ports: VerifyPorts): Promise<Verified> {
  if (ports.engine.name === 'none') return { system: null, verdicts: request.sets.map(withoutEngine) };
  const [after, before] = await Promise.all([
    facts(request.after, request, ports),
    request.before === null ? null : facts(request.before, request, ports),
  ]);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(ports.signal === undefined ? [] : [ports.signal])]);
  const builder = createBuilder(ports, signal);
  const verdicts = request.sets.map(async (set) => {
    const [now, then] = await Promise.all([
      stateOf('after', set.set, request.attr, after, builder),
      before === null ? nothingBefore : stateOf('before', set.set, request.attr, before, builder),
    ]);
    const verdict = compare(set, after.sets[set.set], then, now);
    ports.onProgress?.({ kind: 'verdict', verdict });
    return verdict;
  });
  try {
    return { system: after.system, verdicts: await Promise.all(verdicts) };
  } catch (error) {
    // One set met a fault: the others' containers must be gone before anybody hears of it.
    stop.abort(error);
    await Promise.allSettled(verdicts);
    throw error;
  }
}

type Unavailable = { readonly state: 'unavailable'; readonly reason: string; readonly ms: number };
type State = BuildResult | NotBuilt | Unavailable;
type Builder = (target: BuildTarget, set: string, side: Side) => Promise<BuildResult | NotBuilt>;

const nothingBefore: NotBuilt = { state: 'not built', reason: '', ms: 0 };

function facts(tree: string, request: VerifyRequest, { engine, settings, signal }: VerifyPorts): Promise<Facts> {
  return collectFacts(engine, {
    tree,
    sets: request.sets.map(({ set }) => set),
    attrs: [request.attr],
    system: settings.system,
    timeoutMs: settings.evaluationMs,
    ...(signal === undefined ? {} : { signal }),
  });
}

async function stateOf(side: Side, set: string, attr: string, all: Facts, builder: Builder): Promise<State> {
  const setFacts = all.sets[set];
  const attrFacts = setFacts?.state === 'present' ? setFacts.attrs[attr] : undefined;
  if (setFacts?.state !== 'present' || attrFacts?.state !== 'present') {
    return { state: 'unavailable', reason: absence(set, attr, setFacts, attrFacts), ms: 0 };
  }
  const refusal = refusalOf(attrFacts, all.system);
  if (refusal !== null) return { state: 'unavailable', reason: refusal, ms: 0 };
  return builder({ facts: attrFacts, modDirVersion: setFacts.modDirVersion, kmod: all.kmod }, set, side);
}

/** Builds a derivation at most once, however many sets and sides ask for it. */
function createBuilder(ports: VerifyPorts, signal: AbortSignal): Builder {
  const { engine, builds, settings, onProgress } = ports;
  const queue = new PQueue({ concurrency: settings.parallel });
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

function compare(
  set: Pick<KernelSet, 'set' | 'version'>,
  facts: SetFacts | undefined,
  before: State,
  after: State,
): Verdict {
  const vanished = lostModule(before, after);
  const state: BuildState = vanished === null ? after.state : 'fails';
  return {
    set: set.set,
    version: facts?.state === 'present' ? facts.version : set.version,
    before: before.state,
    after: state,
    status: judge(before.state, state),
    reason: vanished ?? (after.reason || (before.reason === '' ? '' : `before the update: ${before.reason}`)),
    ms: before === after ? after.ms : before.ms + after.ms,
    error: after.state === 'fails' ? after.error : null,
    modules: 'modules' in after ? after.modules : [],
  };
}

/** A module that was built before and is not any more: the sentence that says so. */
function lostModule(before: State, after: State): string | null {
  if (before.state !== 'ok' || after.state !== 'ok') return null;
  const names = new Set(after.modules.map(({ name }) => name));
  const lost = before.modules.find(({ name }) => !names.has(name));
  return lost === undefined ? null : `${lost.name} was built before the update and is not built any more`;
}

function absence(
  set: string,
  attr: string,
  setFacts: SetFacts | undefined,
  attrFacts: PackageFacts | AbsentFacts | undefined,
): string {
  if (setFacts === undefined || setFacts.state === 'missing') return `nixpkgs has no linuxKernel.packages.${set}`;
  if (setFacts.state !== 'present') return setFacts.sentence || `linuxKernel.packages.${set} cannot be evaluated`;
  if (attrFacts === undefined || attrFacts.state === 'missing') return `${set} has no attribute ${attr}`;
  if (attrFacts.state === 'null') return `nixpkgs offers no ${attr} for this kernel`;
  if (attrFacts.state === 'no-derivation') return `${attr} is not a package`;
  return ('sentence' in attrFacts && attrFacts.sentence) || `${attr} cannot be evaluated for this kernel`;
}

/** Why nixpkgs would refuse to build it; null when it would not. */
function refusalOf(facts: PackageFacts, system: string): string | null {
  const where = facts.position === null ? '' : ` (${facts.position})`;
  if (facts.broken) return `marked as broken for this kernel${where}`;
  if (facts.unsupported) return `not available on ${system}${where}`;
  if (facts.unfree) return `has an unfree license${where}`;
  if (facts.insecure) return `marked as insecure${where}`;
  return null;
}

function withoutEngine({ set, version }: Pick<KernelSet, 'set' | 'version'>): Verdict {
  const reason = 'no Nix engine: nothing was built';
  const states = { before: 'not built', after: 'not built', status: 'not built' } as const;
  return { set, version, ...states, reason, ms: 0, error: null, modules: [] };
}
