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
}

export interface FactsRequest {
  readonly tree: string;
  /** `linux_6_12`, names in `linuxKernel.packages`. */
  readonly sets: readonly string[];
  /** Names in the kernel package scope. */
  readonly attrs: readonly string[];
  /** `x86_64-linux`; null takes the one on which Nix runs. */
  readonly system: string | null;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

type Answer = z.infer<typeof answer>;
type Outcome = { readonly value: Answer } | { readonly died: string };

/**
 * All facts of the attributes in the sets, in one evaluation. When that dies (`tryEval` does not catch a missing attribute
 * or a type error), one evaluation per set, and only the sets that die read so.
 *
 * Throws `evaluation-failed` when not even an evaluation without sets works: then it is the tree.
 */
export async function collectFacts(engine: Engine, request: FactsRequest): Promise<Facts> {
  const all = await ask(engine, request, request.sets, false);
  if ('value' in all) return withSentences(engine, request, all.value);
  const bare = await ask(engine, request, [], false);
  if ('died' in bare) {
    throw new Fault('evaluation-failed', `${request.tree} cannot be evaluated: ${bare.died}`, { tree: request.tree });
  }
  const sets: Record<string, SetFacts> = {};
  for (const set of request.sets) {
    const one = await ask(engine, request, [set], false);
    const facts = 'value' in one ? await withSentences(engine, request, one.value) : null;
    sets[set] = facts?.sets[set] ?? { state: 'dies', sentence: 'died' in one ? one.died : '' };
  }
  return { system: bare.value.system, kmod: bare.value.kmod, sets };
}

async function ask(engine: Engine, request: FactsRequest, sets: readonly string[], strict: boolean): Promise<Outcome> {
  const { tree, attrs, system, timeoutMs, signal } = request;
  const evaluated = await evaluate(engine, {
    expression: factsExpression,
    tree,
    request: { system, sets, attrs, strict },
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  if (evaluated.outcome === 'died') return { died: evaluated.sentence };
  const parsed = answer.safeParse(evaluated.value);
  if (parsed.success) return { value: relativeTo(tree, parsed.data) };
  throw new Fault('bug', `The facts have another shape than asked for: ${z.prettifyError(parsed.error)}`, {
    tree,
    sets,
  });
}

/** Places are told relative to the tree, wherever it happens to lie. */
function relativeTo(tree: string, value: Answer): Answer {
  for (const set of Object.values(value.sets)) {
    if (set.state !== 'present') continue;
    for (const facts of Object.values(set.attrs)) {
      if (facts.state === 'present') facts.position = facts.position?.replace(`${tree}/`, '') ?? null;
    }
  }
  return value;
}

/** What throws is asked once more, one by one and without a net, because `tryEval` keeps the words to itself. */
async function withSentences(engine: Engine, request: FactsRequest, value: Answer): Promise<Facts> {
  const sets: Record<string, SetFacts> = {};
  for (const [name, set] of Object.entries(value.sets)) {
    if (set.state !== 'present') {
      sets[name] = { state: set.state, sentence: await sentenceOf(engine, request, name, request.attrs, set.state) };
      continue;
    }
    const attrs: Record<string, PackageFacts | AbsentFacts> = {};
    for (const [attr, facts] of Object.entries(set.attrs)) {
      attrs[attr] =
        facts.state === 'present'
          ? facts
          : { state: facts.state, sentence: await sentenceOf(engine, request, name, [attr], facts.state) };
    }
    sets[name] = { ...set, attrs };
  }
  return { system: value.system, kmod: value.kmod, sets };
}

async function sentenceOf(
  engine: Engine,
  request: FactsRequest,
  set: string,
  attrs: readonly string[],
  state: string,
): Promise<string> {
  if (state !== 'throws') return '';
  const strict = await ask(engine, { ...request, attrs }, [set], true);
  return 'died' in strict ? strict.died : '';
}
