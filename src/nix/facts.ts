import { z } from 'zod';
import { Fault } from '../errors.js';
import type { Engine } from './engine/engine.js';
import { factsExpression } from './facts-expression.js';
import { evaluate } from './instantiate.js';

const sourceFacts = z.object({
  drvPath: z.string().nullable(),
  name: z.string().nullable(),
  urls: z.array(z.string()),
  hash: z.string().nullable(),
  rev: z.string().nullable(),
});

const packageFacts = z.object({
  state: z.literal('present'),
  version: z.string().nullable(),
  name: z.string().nullable(),
  drvPath: z.string(),
  sources: z.array(sourceFacts),
  patches: z.array(z.object({ drvPath: z.string().nullable(), name: z.string() })),
  broken: z.boolean(),
  unfree: z.boolean(),
  unsupported: z.boolean(),
  insecure: z.boolean(),
  position: z.string().nullable(),
  maintainers: z.array(z.string()),
  /** Text of `meta`: description, homepage, license, mainProgram, platforms. */
  meta: z.record(z.string(), z.unknown()),
  /** Names in `passthru.tests`. */
  tests: z.array(z.string()),
});

const absent = z.object({ state: z.enum(['missing', 'throws', 'null', 'no-derivation']) });
const setFacts = z.object({
  state: z.literal('present'),
  version: z.string(),
  modDirVersion: z.string(),
  attrs: z.record(z.string(), z.union([packageFacts, absent])),
});
const answer = z.object({
  system: z.string(),
  kmod: z.object({ path: z.string(), drvPath: z.string().nullable() }),
  sets: z.record(z.string(), z.union([setFacts, z.object({ state: z.enum(['missing', 'throws']) })])),
  packages: z.record(z.string(), z.union([packageFacts, absent])),
});

export type PackageFacts = z.infer<typeof packageFacts>;

/** An attribute that is not there to be built, in nixpkgs' words where it has any. */
export interface AbsentFacts {
  readonly state: 'missing' | 'throws' | 'null' | 'no-derivation' | 'dies';
  /** Nix's own sentence; empty where nixpkgs gives none. */
  readonly sentence: string;
}

export type SetFacts =
  | {
      readonly state: 'present';
      readonly version: string;
      readonly modDirVersion: string;
      readonly attrs: Readonly<Record<string, PackageFacts | AbsentFacts>>;
    }
  | AbsentFacts;

export interface Facts {
  readonly system: string;
  /** Where the tree's own modinfo is, and what to realise to have it (null: it is there). */
  readonly kmod: { readonly path: string; readonly drvPath: string | null };
  readonly sets: Readonly<Record<string, SetFacts>>;
  /** Attributes of nixpkgs itself that were asked for, outside of every kernel's scope. */
  readonly packages: Readonly<Record<string, PackageFacts | AbsentFacts>>;
}

export interface FactsRequest {
  readonly tree: string;
  /** `linux_6_12`, names in `linuxKernel.packages`. */
  readonly sets: readonly string[];
  /** Names in the kernel package scope. */
  readonly attrs: readonly string[];
  /** Names in nixpkgs itself; none when left out. */
  readonly packages?: readonly string[];
  /** `x86_64-linux`; null takes the one on which Nix runs. */
  readonly system: string | null;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

type Answer = z.infer<typeof answer>;
type Outcome = { readonly value: Answer } | { readonly died: string };

/** What one evaluation is asked for. */
interface Wanted {
  readonly sets: readonly string[];
  readonly attrs: readonly string[];
  readonly packages: readonly string[];
}

/**
 * All facts of the attributes in the sets, in one evaluation. When that dies (`tryEval` does not catch a missing attribute
 * or a type error), one evaluation per set and attribute, and only what dies reads so.
 *
 * Throws `evaluation-failed` when not even an evaluation without sets works: then it is the tree.
 */
export async function collectFacts(engine: Engine, request: FactsRequest): Promise<Facts> {
  const { tree, sets, attrs, packages = [] } = request;
  const all = await ask(engine, request, { sets, attrs, packages });
  if ('value' in all) return withSentences(engine, request, all.value);
  const bare = await ask(engine, request, { sets: [], attrs: [], packages: [] });
  if ('died' in bare) throw new Fault('evaluation-failed', `${tree} cannot be evaluated: ${bare.died}`, { tree });
  const setsOneByOne: Record<string, SetFacts> = {};
  for (const set of sets) setsOneByOne[set] = await setAlone(engine, request, set);
  const packagesOneByOne: Record<string, PackageFacts | AbsentFacts> = {};
  for (const name of packages) {
    const one = await alone(engine, request, { sets: [], attrs: [], packages: [name] });
    packagesOneByOne[name] = 'died' in one ? dead(one.died) : (one.packages[name] ?? dead(''));
  }
  return { ...bare.value, sets: setsOneByOne, packages: packagesOneByOne };
}

/** One set, an evaluation per attribute; it is dead as a whole when they all die. */
async function setAlone(engine: Engine, request: FactsRequest, set: string): Promise<SetFacts> {
  const attrs: Record<string, PackageFacts | AbsentFacts> = {};
  let found: SetFacts | null = null;
  let sentence = '';
  for (const attr of request.attrs) {
    const one = await alone(engine, request, { sets: [set], attrs: [attr], packages: [] });
    if ('died' in one) {
      sentence ||= one.died;
      attrs[attr] = dead(one.died);
      continue;
    }
    found = one.sets[set] ?? null;
    if (found?.state === 'present') attrs[attr] = found.attrs[attr] ?? dead('');
  }
  if (found === null) return dead(sentence);
  return found.state === 'present' ? { ...found, attrs } : found;
}

async function alone(
  engine: Engine,
  request: FactsRequest,
  wanted: Wanted,
): Promise<Facts | { readonly died: string }> {
  const one = await ask(engine, request, wanted);
  return 'died' in one ? one : withSentences(engine, request, one.value);
}

function dead(sentence: string): AbsentFacts {
  return { state: 'dies', sentence };
}

/** What is caught is let through when it is asked for `strictly`: Nix then dies with nixpkgs' own words. */
async function ask(engine: Engine, request: FactsRequest, wanted: Wanted, how?: 'strictly'): Promise<Outcome> {
  const { tree, system, timeoutMs, signal } = request;
  const evaluated = await evaluate(engine, {
    expression: factsExpression,
    tree,
    request: { ...wanted, system, strict: how === 'strictly' },
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  if (evaluated.outcome === 'died') return { died: evaluated.sentence.replaceAll(`${tree}/`, '') };
  const parsed = answer.safeParse(evaluated.value);
  if (parsed.success) return { value: relativeTo(tree, parsed.data) };
  throw new Fault('bug', `The facts have another shape than asked for: ${z.prettifyError(parsed.error)}`, {
    tree,
    ...wanted,
  });
}

/** Places are told relative to the tree, wherever it happens to lie. */
function relativeTo(tree: string, value: Answer): Answer {
  const attrs = Object.values(value.sets).flatMap((set) => (set.state === 'present' ? Object.values(set.attrs) : []));
  for (const facts of [...attrs, ...Object.values(value.packages)]) {
    if (facts.state === 'present') facts.position = facts.position?.replace(`${tree}/`, '') ?? null;
  }
  return value;
}

type Silent = z.infer<typeof packageFacts> | z.infer<typeof absent>;

/** What throws is asked once more, one by one and without a net, because `tryEval` keeps the words to itself. */
async function withSentences(engine: Engine, request: FactsRequest, value: Answer): Promise<Facts> {
  const sentence = async ({ state }: { readonly state: string }, wanted: Wanted): Promise<string> => {
    if (state !== 'throws') return '';
    const strict = await ask(engine, request, wanted, 'strictly');
    return 'died' in strict ? strict.died : '';
  };
  const spoken = async (found: Readonly<Record<string, Silent>>, wanted: (name: string) => Wanted) => {
    const facts: Record<string, PackageFacts | AbsentFacts> = {};
    for (const [name, one] of Object.entries(found)) {
      facts[name] = one.state === 'present' ? one : { state: one.state, sentence: await sentence(one, wanted(name)) };
    }
    return facts;
  };
  const sets: Record<string, SetFacts> = {};
  for (const [name, set] of Object.entries(value.sets)) {
    const wanted = (attrs: readonly string[]): Wanted => ({ sets: [name], attrs, packages: [] });
    sets[name] =
      set.state === 'present'
        ? { ...set, attrs: await spoken(set.attrs, (attr) => wanted([attr])) }
        : { state: set.state, sentence: await sentence(set, wanted(request.attrs)) };
  }
  const packages = await spoken(value.packages, (name) => ({ sets: [], attrs: [], packages: [name] }));
  return { system: value.system, kmod: value.kmod, sets, packages };
}
