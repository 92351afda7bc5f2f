import PQueue from 'p-queue';
import type { AbsentFacts, Facts, PackageFacts, SetFacts } from '../nix/facts.js';
import type { KernelSet } from '../nixpkgs/kernel-set.js';
import { absence, isOnlyBroken, refusalOf } from './absence.js';
import type { BuildTarget, NotBuilt } from './build.js';
import type { BuildResult } from './build-cache.js';
import { type Builder, createBuilder } from './builder.js';
import { type FactsOfTrees, factsOf } from './facts.js';
import { judge } from './judge.js';
import type { Side, VerifyPorts } from './ports.js';
import type { BuildState, Verdict } from './verdict.js';

export type { VerifyPorts, VerifyProgress, VerifySettings } from './ports.js';

type AskedSet = Pick<KernelSet, 'set' | 'version'>;

export interface VerifyRequest {
  /** Name in the kernel package scope. */
  readonly attr: string;
  /** Absolute paths of the nixpkgs trees; `before` is null where there is nothing to compare with. */
  readonly before: string | null;
  readonly after: string;
  readonly sets: readonly AskedSet[];
}

/** The same with the facts at hand. */
export interface KnownFacts {
  readonly attr: string;
  readonly sets: readonly AskedSet[];
  /** Null without an engine: then nothing is built. */
  readonly facts: FactsOfTrees | null;
  /** Other attributes of the kernel package scope that changed with it. */
  readonly shared: readonly string[];
  /** Attributes of nixpkgs itself that changed with it. */
  readonly packages: readonly string[];
}

export interface Verified {
  /** `x86_64-linux`; null when no Nix was there to say. */
  readonly system: string | null;
  /** One per set, in the order in which they were asked for. */
  readonly verdicts: readonly Verdict[];
  /** The sets on which it is marked as broken, and what building it there all the same came to. */
  readonly trials: readonly Trial[];
  /** The other attributes that the edit changes, which are built too. */
  readonly shared: readonly SharedVerdicts[];
  /** Names in the `passthru.tests` of the attribute: nobody runs them. */
  readonly tests: readonly string[];
}

export interface Trial {
  readonly set: string;
  readonly after: BuildState;
}

export interface SharedVerdicts {
  /** `zfs_2_4`; with `pkgs.` before it for an attribute of nixpkgs itself, which has one verdict, of the set `pkgs`. */
  readonly attr: string;
  readonly verdicts: readonly Verdict[];
}

/**
 * Evaluates the attribute in every set, before and after, builds what can be built, and compares.
 * What was built once is taken from `builds`; a set whose derivation does not change is built once.
 *
 * Without an engine every set reads `not built`. Throws the engine's faults, and the signal's reason when it is aborted.
 */
export async function verify(request: VerifyRequest, ports: VerifyPorts): Promise<Verified> {
  const { attr, sets } = request;
  const known = { attr, sets, shared: [], packages: [] };
  if (ports.engine.name === 'none') return verifyFacts({ ...known, facts: null }, ports);
  const asked = { sets, attrs: [attr], packages: [] };
  const [before, after] = await Promise.all([
    request.before === null ? null : factsOf(request.before, asked, ports),
    factsOf(request.after, asked, ports),
  ]);
  return verifyFacts({ ...known, facts: { before, after } }, ports);
}

/** As `verify`, for facts that were collected before. */
export async function verifyFacts(known: KnownFacts, ports: VerifyPorts): Promise<Verified> {
  const { attr, sets, facts, shared, packages } = known;
  if (facts === null) return withoutEngine(known);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(ports.signal === undefined ? [] : [ports.signal])]);
  const queue = new PQueue({ concurrency: ports.settings.parallel });
  const builder = createBuilder(ports, queue, signal);
  // Progress is told by set, and means the attribute itself.
  const silent = createBuilder({ ...ports, onProgress: () => {} }, queue, signal);
  const verdictsOf = async (name: string): Promise<readonly Verdict[]> =>
    Promise.all(sets.map(async (set) => (await verdictOf(set, name, facts, silent)).verdict));
  const own = sets.map(async (set) => {
    const judged = await verdictOf(set, attr, facts, builder);
    ports.onProgress?.({ kind: 'verdict', verdict: judged.verdict });
    return judged;
  });
  const others = [
    ...shared.map(async (name) => ({ attr: name, verdicts: await verdictsOf(name) })),
    ...packages.map(async (name) => ({ attr: `pkgs.${name}`, verdicts: [await packageVerdict(name, facts, silent)] })),
  ];
  try {
    const judged = await Promise.all(own);
    return {
      system: facts.after.system,
      verdicts: judged.map(({ verdict }) => verdict),
      trials: judged.flatMap(({ trial }) => trial ?? []),
      shared: await Promise.all(others),
      tests: testsOf(attr, facts.after),
    };
  } catch (error) {
    // One set met a fault: the others' containers must be gone before anybody hears of it.
    stop.abort(error);
    await Promise.allSettled([...own, ...others]);
    throw error;
  }
}

interface Unavailable {
  readonly state: 'unavailable';
  readonly reason: string;
  readonly ms: number;
  /** What building it all the same came to, where it is only marked as broken. */
  readonly trial?: BuildState;
}
type State = BuildResult | NotBuilt | Unavailable;

interface Judged {
  readonly verdict: Verdict;
  readonly trial: Trial | null;
}

const nothingBefore: NotBuilt = { state: 'not built', reason: '', ms: 0 };

async function verdictOf(
  set: AskedSet,
  attr: string,
  { before, after }: FactsOfTrees,
  builder: Builder,
): Promise<Judged> {
  const [now, then] = await Promise.all([
    stateInSet('after', set.set, attr, after, builder),
    before === null ? nothingBefore : stateInSet('before', set.set, attr, before, builder),
  ]);
  const facts = after.sets[set.set];
  const version = facts?.state === 'present' ? facts.version : set.version;
  const tried = now.state === 'unavailable' ? now.trial : undefined;
  return {
    verdict: compare({ set: set.set, version }, then, now),
    trial: tried === undefined ? null : { set: set.set, after: tried },
  };
}

/** A package that knows no kernel. */
async function packageVerdict(name: string, { before, after }: FactsOfTrees, builder: Builder): Promise<Verdict> {
  const state = async (side: Side, all: Facts | null): Promise<State> => {
    const facts = all?.packages[name];
    if (all === null || facts === undefined) return nothingBefore;
    if (facts.state !== 'present') return unavailable(facts.sentence || `${name} cannot be evaluated`);
    return stateOf(facts, all, null, (target) => builder(target, 'pkgs', side));
  };
  const [then, now] = await Promise.all([state('before', before), state('after', after)]);
  const facts = after.packages[name];
  return compare({ set: 'pkgs', version: (facts?.state === 'present' && facts.version) || '' }, then, now);
}

async function stateInSet(side: Side, set: string, attr: string, all: Facts, builder: Builder): Promise<State> {
  const setFacts: SetFacts | undefined = all.sets[set];
  const attrFacts: PackageFacts | AbsentFacts | undefined =
    setFacts?.state === 'present' ? setFacts.attrs[attr] : undefined;
  if (setFacts?.state !== 'present' || attrFacts?.state !== 'present') {
    return unavailable(absence(set, attr, setFacts, attrFacts));
  }
  const build: Build = (target) => builder(target, set, side);
  const { modDirVersion } = setFacts;
  if (side === 'before' || !isOnlyBroken(attrFacts)) return stateOf(attrFacts, all, modDirVersion, build);
  return tryBroken({ facts: attrFacts, modDirVersion, kmod: all.kmod }, refusalOf(attrFacts, all.system) ?? '', build);
}

/** Bounds outlive their cause: what is only marked as broken is built all the same, and reads as unavailable still. */
async function tryBroken(target: BuildTarget, refusal: string, build: Build): Promise<Unavailable> {
  const tried = await build(target);
  const said = {
    ok: 'it builds',
    fails: `it fails${complaintOf(tried)}`,
    'not built': `it was not built${complaintOf(tried)}`,
  };
  const reason = `${refusal}; tried all the same, ${said[tried.state]}`;
  return { state: 'unavailable', reason, ms: tried.ms, trial: tried.state };
}

function complaintOf(tried: BuildResult | NotBuilt): string {
  const error = 'error' in tried ? tried.error : null;
  const words = error === null ? tried.reason : `${error.file}:${error.line}: ${error.message}`;
  return words === '' ? '' : `: ${words}`;
}

type Build = (target: BuildTarget) => ReturnType<Builder>;

async function stateOf(
  facts: PackageFacts,
  { system, kmod }: Facts,
  modDirVersion: string | null,
  build: Build,
): Promise<State> {
  const refusal = refusalOf(facts, system);
  return refusal === null ? build({ facts, modDirVersion, kmod }) : unavailable(refusal);
}

function unavailable(reason: string): Unavailable {
  return { state: 'unavailable', reason, ms: 0 };
}

function compare(of: AskedSet, before: State, after: State): Verdict {
  const vanished = lostModule(before, after);
  const state: BuildState = vanished === null ? after.state : 'fails';
  return {
    set: of.set,
    version: of.version,
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

function testsOf(attr: string, { sets }: Facts): readonly string[] {
  const found = Object.values(sets).flatMap((set) => (set.state === 'present' ? [set.attrs[attr]] : []));
  return [...new Set(found.flatMap((facts) => (facts?.state === 'present' ? facts.tests : [])))].sort();
}

function withoutEngine({ sets, shared, packages }: KnownFacts): Verified {
  const reason = 'no Nix engine answers here';
  const states = { before: 'not built', after: 'not built', status: 'not built' } as const;
  const notBuilt = ({ set, version }: AskedSet): Verdict => ({
    ...{ set, version, ...states, reason, ms: 0 },
    ...{ error: null, modules: [] },
  });
  const others = [
    ...shared.map((attr) => ({ attr, verdicts: sets.map(notBuilt) })),
    ...packages.map((name) => ({ attr: `pkgs.${name}`, verdicts: [notBuilt({ set: 'pkgs', version: '' })] })),
  ];
  return { system: null, verdicts: sets.map(notBuilt), trials: [], shared: others, tests: [] };
}
