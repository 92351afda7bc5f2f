import type { Tag } from '../watch/tag.js';
import type { Candidate, Context, Judgement } from './context.js';
import { type Current, readCurrent } from './current.js';
import { compareKernels, kernelLine } from './kernel.js';
import { compareReleases, isCurrent } from './order.js';
import type { Pattern, Reading } from './pattern.js';
import type { Choice, Release } from './release.js';
import { rules } from './rules.js';
import { looksLikeNewScheme } from './scheme.js';
import type { SeriesPin } from './series.js';
import { judgeOtherShape, readShape } from './shape.js';
import { parseVersion } from './version.js';

export interface ChooseInput {
  readonly pattern: Pattern;
  /** A tag, or the version as the derivation writes it. */
  readonly current: string;
  /** In any order. */
  readonly tags: readonly Tag[];
  /** The series to stay in, or the one that a person allowed: `2.3`, `f`. */
  readonly series?: SeriesPin;
  /** Kernels that nixpkgs has (`6.12`): a release for a newer one waits. None: kernels do not matter. */
  readonly kernels?: readonly string[];
  /** Tags or versions that a person does not want, `*` stands for any text. */
  readonly ignore?: readonly string[];
  /** Names of tags that the derivation's own update rules leave out. */
  readonly excluded?: ReadonlySet<string>;
  /** Tags or versions to choose from; none: all. */
  readonly allow?: readonly string[];
  /** Milliseconds that a release must have been public. */
  readonly minimumAge?: number;
  readonly now: Date;
  /** Tag name to the commit that it was first seen at. */
  readonly seen?: ReadonlyMap<string, string>;
  /** Tag name to when it was first seen, which counts for its age before the date that the tag itself claims. */
  readonly seenSince?: ReadonlyMap<string, Date>;
}

/**
 * Chooses the release to update to, with a verdict and a reason for every tag. The newest driver wins, then its newest
 * kernel; what is prerelease, of another shape, series or component, or older than the current one, never does.
 */
export function choose(input: ChooseInput): Choice {
  const current = readCurrent(input.pattern, input.current, input.tags);
  const candidates = readCandidates(input, current);
  const context = toContext(input, current, [...candidates.values()]);
  const judged = new Map(input.tags.map((tag) => [tag, judge(tag, candidates.get(tag), context)]));
  const eligible = [...candidates.values()].filter(({ tag }) => judged.get(tag) === null);
  const best = newestOf(eligible, current);
  if (best !== null) {
    const newestOfLine = newestByLine(eligible);
    for (const candidate of eligible) judged.set(candidate.tag, rank(candidate, best, newestOfLine));
  }
  const verdicts = input.tags.map((tag) => judged.get(tag) as Judgement);
  return {
    chosen: best === null ? null : toRelease(best),
    schemeChanged: hasNewScheme(verdicts, input.tags, candidates, context),
    verdicts: input.tags.map((tag, at) => ({ tag: tag.name, ...(verdicts[at] as Judgement) })),
  };
}

function readCandidates({ pattern, tags }: ChooseInput, current: Current): Map<Tag, Candidate> {
  const candidates = new Map<Tag, Candidate>();
  for (const tag of tags) {
    const reading = readShape(pattern, current.series, tag.name);
    if (reading !== null) candidates.set(tag, { tag, reading });
  }
  return candidates;
}

function toContext(input: ChooseInput, current: Current, candidates: readonly Candidate[]): Context {
  const readings = candidates.map(({ reading }) => reading).concat(current.reading ?? []);
  const lines = (input.kernels ?? []).map(kernelLine).filter((line) => line !== null);
  const ofCurrent = candidates.filter(({ reading }) => isCurrent(reading, current));
  return {
    pattern: input.pattern,
    current,
    pin: input.series ?? { letter: null, numbers: [] },
    knownNumbers: new Set(readings.map(({ version }) => parseVersion(version)?.numbers.join('.') ?? version)),
    newestKernel: lines.toSorted(compareKernels).at(-1) ?? null,
    ignore: input.ignore ?? [],
    excluded: input.excluded ?? new Set(),
    allow: input.allow ?? [],
    minimumAge: input.minimumAge ?? 0,
    now: input.now,
    seen: input.seen ?? new Map(),
    seenSince: input.seenSince ?? new Map(),
    currentCommits: new Set(ofCurrent.flatMap(({ tag }) => tag.commit ?? [])),
  };
}

/** What the first rule that has something to say answers; null for a tag that may be chosen. */
function judge(tag: Tag, candidate: Candidate | undefined, context: Context): Judgement | null {
  if (candidate === undefined) return judgeOtherShape(context.pattern, tag.name);
  for (const rule of rules) {
    const judgement = rule(candidate, context);
    if (judgement !== null) return judgement;
  }
  return null;
}

function newestOf(eligible: readonly Candidate[], current: Current): Candidate | null {
  let best: Candidate | null = null;
  for (const candidate of eligible) {
    const order = best === null ? 1 : compareReleases(candidate.reading, best.reading);
    if (order > 0 || (order === 0 && best !== null && isCloserInStyle(candidate, best, current))) best = candidate;
  }
  return best;
}

/** Of `v1.2` and `v1.2.0`, which are one version, the one that is written as the current one is. */
function isCloserInStyle(candidate: Candidate, best: Candidate, { reading }: Current): boolean {
  const parts = (version: string | undefined): number => version?.split(/[._]/).length ?? 0;
  const wanted = parts(reading?.version);
  return parts(candidate.reading.version) === wanted && parts(best.reading.version) !== wanted;
}

/** The verdict of a tag that no rule held back: the chosen one, its twin on the same commit, or superseded. */
function rank({ tag, reading }: Candidate, best: Candidate, newestOfLine: ReadonlyMap<string, Candidate>): Judgement {
  if (tag === best.tag) return { verdict: 'chosen', reason: chosenReason(best.reading) };
  if (tag.commit !== undefined && tag.commit === best.tag.commit) {
    return { verdict: 'same-commit', reason: `It is the same commit as ${best.tag.name}, which is chosen.` };
  }
  const line = reading.kernel === null ? null : kernelLine(reading.kernel);
  const newest = line !== null && newestOfLine.get(line)?.tag === tag;
  const place = newest ? `; for kernel ${line} this one has the newest driver` : '';
  return { verdict: 'superseded', reason: `${best.tag.name} is newer${place}.` };
}

function chosenReason({ version, kernel }: Reading): string {
  if (kernel === null) return 'It is the newest release.';
  return `Its driver, ${version}, is the newest, and ${kernel} the newest kernel that it was released for.`;
}

/** The newest driver of every kernel line. */
function newestByLine(eligible: readonly Candidate[]): Map<string, Candidate> {
  const newest = new Map<string, Candidate>();
  for (const candidate of eligible) {
    const line = kernelLine(candidate.reading.kernel ?? '');
    if (line === null) continue;
    const best = newest.get(line);
    if (best === undefined || compareReleases(candidate.reading, best.reading) > 0) newest.set(line, candidate);
  }
  return newest;
}

function hasNewScheme(
  verdicts: readonly Judgement[],
  tags: readonly Tag[],
  candidates: ReadonlyMap<Tag, Candidate>,
  context: Context,
): boolean {
  const isOther = (at: number): boolean => verdicts[at]?.verdict === 'other-shape';
  const known = tags.flatMap((tag, at) => {
    const candidate = candidates.get(tag);
    return candidate === undefined || isOther(at) || verdicts[at]?.verdict === 'other-series' ? [] : [candidate];
  });
  return tags.some((tag, at) => isOther(at) && looksLikeNewScheme(tag, candidates.get(tag), known, context));
}

function toRelease({ tag, reading }: Candidate): Release {
  return { tag, version: reading.version, kernel: reading.kernel };
}
