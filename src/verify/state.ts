import type { AbsentFacts, Facts, PackageFacts, SetFacts } from '../nix/facts.js';
import { absence, isOnlyBroken, refusalOf } from './absence.js';
import type { BuildTarget, NotBuilt } from './build.js';
import type { BuildResult } from './build-cache.js';
import type { Builder } from './builder.js';
import type { Side } from './ports.js';
import type { BuildState } from './verdict.js';

interface Unavailable {
  readonly state: 'unavailable';
  readonly reason: string;
  readonly ms: number;
  /** What building it all the same came to, where it is only marked as broken. */
  readonly trial?: BuildState;
}

/** What one side of an update came to in one set. */
export type State = BuildResult | NotBuilt | Unavailable;

export const nothingBefore: NotBuilt = { state: 'not built', reason: '', ms: 0 };

type Build = (target: BuildTarget) => ReturnType<Builder>;

/** An attribute of the kernel package scope in one set: built, or why not. */
export async function stateInSet(side: Side, set: string, attr: string, all: Facts, builder: Builder): Promise<State> {
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

/** A package that knows no kernel. */
export async function stateOfPackage(side: Side, name: string, all: Facts, builder: Builder): Promise<State> {
  const facts = all.packages[name];
  if (facts === undefined) return nothingBefore;
  if (facts.state !== 'present') return unavailable(facts.sentence || `${name} cannot be evaluated`);
  return stateOf(facts, all, null, (target) => builder(target, 'pkgs', side));
}

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
