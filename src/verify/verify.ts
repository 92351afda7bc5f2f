import PQueue from 'p-queue';
import type { Facts } from '../nix/facts.js';
import type { KernelSet } from '../nixpkgs/kernel-set.js';
import { type Builder, createBuilder } from './builder.js';
import { type FactsOfTrees, factsOf } from './facts.js';
import { compare } from './judge.js';
import type { VerifyPorts } from './ports.js';
import { nothingBefore, stateInSet, stateOfPackage } from './state.js';
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

interface Trial {
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
    const [judged, more] = await Promise.all([Promise.all(own), Promise.all(others)]);
    return {
      system: facts.after.system,
      verdicts: judged.map(({ verdict }) => verdict),
      trials: judged.flatMap(({ trial }) => trial ?? []),
      shared: more,
      tests: testsOf(attr, facts.after),
    };
  } catch (error) {
    // One set met a fault: the others' containers must be gone before anybody hears of it.
    stop.abort(error);
    await Promise.allSettled([...own, ...others]);
    throw error;
  }
}

interface Judged {
  readonly verdict: Verdict;
  readonly trial: Trial | null;
}

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
  const [then, now] = await Promise.all([
    before === null ? nothingBefore : stateOfPackage('before', name, before, builder),
    stateOfPackage('after', name, after, builder),
  ]);
  const facts = after.packages[name];
  return compare({ set: 'pkgs', version: (facts?.state === 'present' && facts.version) || '' }, then, now);
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
