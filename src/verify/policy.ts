import { nearest } from '../config/suggest.js';
import { kernelFor, mainlineSets } from '../nixpkgs/kernel-for.js';
import type { KernelSet, KernelSets } from '../nixpkgs/kernel-set.js';
import { type Refused, refused, type Waiting, waiting } from '../outcome.js';
import { compareKernels } from '../release/kernel.js';

/** The kernel sets that an update is built on, and why each is among them. */
export interface SelectedSets {
  readonly outcome: 'selected';
  /** Oldest kernel first, each once. */
  readonly sets: readonly KernelSet[];
  /** The set of the release's kernel; null when nixpkgs does not have it any more. */
  readonly matching: string | null;
  /** By set: `matching`, `default`, `nearest to linux_6_8, which nixpkgs removed`, … */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  /** Sets that were asked for and that nixpkgs does not have any more, with its own words where it has some. */
  readonly removed: KernelSets['removed'];
}

const words = ['matching', 'neighbours', 'default', 'latest', 'lts', 'all'] as const;
type Word = (typeof words)[number];

/**
 * Selects the sets that a policy (`kernels:`) names for a release; `releaseKernel` is null for one that names no kernel.
 * `all` and `lts` mean plain kernels; zen, hardened and the like are built where they are named.
 */
export function selectSets(
  sets: KernelSets,
  policy: readonly string[],
  releaseKernel: string | null,
): SelectedSets | Waiting | Refused {
  const matched = match(sets, releaseKernel);
  const asksForMatch = policy.includes('matching') || policy.includes('neighbours');
  if (matched.newer !== null && asksForMatch) return waiting('kernel-not-in-nixpkgs', matched.newer);
  const labels = new Map<string, string[]>();
  const removed = new Map<string, KernelSets['removed'][number]>();
  for (const entry of policy) {
    const chosen = isWord(entry) ? byWord(entry, sets, matched) : byName(entry, sets);
    if (chosen === null) return unknownSet(entry, sets);
    for (const { set, label } of chosen.live) addLabel(labels, set.set, label);
    for (const dead of chosen.removed) removed.set(dead.set, dead);
  }
  return {
    outcome: 'selected',
    sets: sets.sets.filter(({ set }) => labels.has(set)),
    matching: matched.set?.set ?? null,
    labels,
    removed: [...removed.values()],
  };
}

interface Labelled {
  readonly set: KernelSet;
  readonly label: string;
}

interface Chosen {
  readonly live: readonly Labelled[];
  readonly removed: KernelSets['removed'];
}

interface Match {
  /** The live set of the release's kernel. */
  readonly set: KernelSet | null;
  /** The live sets next below and next above it. */
  readonly beside: readonly KernelSet[];
  /** Its set, when nixpkgs removed it. */
  readonly removed: KernelSets['removed'];
  /** What the sets beside it stand in for. */
  readonly substitute: string;
  /** Why the release has to wait; null when it need not. */
  readonly newer: string | null;
}

/** A release without a kernel matches the default set. */
function match(sets: KernelSets, releaseKernel: string | null): Match {
  const fallback = sets.sets.find(({ set }) => set === sets.default);
  const answer = kernelFor(sets, releaseKernel ?? fallback?.branch ?? '');
  if (answer === null) return { set: null, beside: [], removed: [], substitute: '', newer: null };
  const set = sets.sets.find((candidate) => candidate.set === answer.set) ?? null;
  const branch = answer.set.replace('linux_', '').replace('_', '.');
  const plain = mainlineSets(sets);
  const below = plain.findLast((candidate) => compareKernels(candidate.branch, branch) < 0);
  const above = plain.find((candidate) => compareKernels(candidate.branch, branch) > 0);
  return {
    set,
    beside: [below, above].filter((candidate) => candidate !== undefined),
    removed: answer.state === 'removed' ? [{ set: answer.set, sentence: answer.sentence }] : [],
    substitute: `nearest to ${answer.set}, which nixpkgs ${answer.state === 'removed' ? 'removed' : 'does not have any more'}`,
    newer: answer.state === 'newer' ? answer.sentence : null,
  };
}

function byWord(word: Word, sets: KernelSets, matched: Match): Chosen {
  const labelled = (list: readonly KernelSet[], label: string): Labelled[] => list.map((set) => ({ set, label }));
  const plain = mainlineSets(sets);
  switch (word) {
    case 'matching':
      if (matched.set !== null) return { live: labelled([matched.set], 'matching'), removed: [] };
      return { live: labelled(matched.beside, matched.substitute), removed: matched.removed };
    case 'neighbours':
      return { live: labelled(matched.beside, matched.set === null ? matched.substitute : 'neighbour'), removed: [] };
    case 'default':
    case 'latest':
      return {
        live: labelled(
          sets.sets.filter(({ set }) => set === sets[word]),
          word,
        ),
        removed: [],
      };
    case 'lts':
      return {
        live: labelled(
          plain.filter(({ lts }) => lts),
          'lts',
        ),
        removed: [],
      };
    case 'all':
      return { live: labelled(plain, 'all'), removed: [] };
  }
}

/**
 * A set by its name or by an alias (`linux_latest`); null when nixpkgs never heard of it. A configuration outlives the
 * sets that it names, so one that is gone is reported, not refused.
 */
function byName(name: string, sets: KernelSets): Chosen | null {
  const set = sets.sets.find((candidate) => candidate.set === name || candidate.aliases.includes(name));
  if (set !== undefined) return { live: [{ set, label: 'named' }], removed: [] };
  const removed = sets.removed.filter((candidate) => candidate.set === name);
  if (removed.length > 0) return { live: [], removed };
  const answer = kernelFor(sets, /^linux_([0-9]+_[0-9]+)$/.exec(name)?.[1]?.replace('_', '.') ?? '');
  return answer?.state === 'gone' ? { live: [], removed: [{ set: name, sentence: answer.sentence }] } : null;
}

function unknownSet(name: string, sets: KernelSets): Refused {
  const known = [...words, ...sets.sets.flatMap(({ set, aliases }) => [set, ...aliases])];
  const meant = nearest(name, known);
  const advice =
    meant === null ? `Known are ${words.join(', ')} and names such as ${sets.default}` : `Is ${meant} meant`;
  const end = meant === null ? '.' : '?';
  return refused('kernel-set-unknown', `"${name}" is no kernel set of this nixpkgs. ${advice}${end}`);
}

function addLabel(labels: Map<string, string[]>, set: string, label: string): void {
  const present = labels.get(set) ?? [];
  if (!present.includes(label)) labels.set(set, [...present, label]);
}

const isWord = (entry: string): entry is Word => (words as readonly string[]).includes(entry);
