import type { Driver } from '../nixpkgs/driver.js';
import type { UpdateRules } from '../nixpkgs/update-rules.js';
import { type Refused, refused, type Waiting, waiting } from '../outcome.js';
import { parseAge } from '../release/age.js';
import { type ChooseInput, choose } from '../release/choose.js';
import { compilePattern } from '../release/pattern.js';
import type { Choice, JudgedTag, Release, TagVerdict } from '../release/release.js';
import { parseSeries, seriesOfAttribute } from '../release/series.js';
import type { FirstSight } from '../watch/first-sight.js';
import type { Tag } from '../watch/tag.js';
import type { Current } from './ports.js';
import { ignoredByRules } from './update-rules.js';

export interface ReleaseQuestion {
  readonly driver: Driver;
  readonly rules: UpdateRules;
  readonly options: ReleaseOptions;
  readonly tags: readonly Tag[];
  /** What the ledger remembers of the tags; nothing for a command that has no ledger. */
  readonly firstSights?: readonly FirstSight[];
  /** Kernel branches that nixpkgs has: `6.12`. */
  readonly kernels: readonly string[];
  readonly now: Date;
}

/** What the configuration says of a driver's releases. */
export interface ReleaseOptions {
  readonly pattern?: string | undefined;
  readonly series?: string | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly allow?: readonly string[] | undefined;
  /** `3d`. */
  readonly minimumReleaseAge?: string | undefined;
}

export interface FoundRelease {
  readonly outcome: 'found';
  readonly release: Release;
  /** Sentences on upstream's tags that the maintainer has to see beside the release. */
  readonly remarks: readonly string[];
}

/** Which of upstream's tags is the next release of a driver, or why there is none. Throws `pattern-invalid`. */
export function findRelease(question: ReleaseQuestion): FoundRelease | Current | Waiting | Refused {
  const { driver } = question;
  if (driver.follows !== 'tag' || driver.pattern === null) return noTags(driver);
  const ignored = ignoredByRules(question.rules, question.tags);
  if ('outcome' in ignored) return ignored;
  const input = inputOf(question, ignored);
  const choice = choose(input);
  const moved = movedInstead(input, choice);
  if (moved !== null) return refused('tag-moved', `${moved.tag}: ${moved.reason}`);
  if (choice.chosen === null) return whyNone(driver, choice);
  return { outcome: 'found', release: choice.chosen, remarks: remarksOn(driver, choice) };
}

/**
 * A verdict for every tag, by the derivation's own revision, its update rules, and the configuration. Rules that take too
 * long leave out every tag; `findRelease` says so.
 */
export function judgeTags(question: ReleaseQuestion): Choice {
  const ignored = ignoredByRules(question.rules, question.tags);
  return choose(inputOf(question, 'outcome' in ignored ? question.tags.map(({ name }) => name) : ignored));
}

function inputOf(question: ReleaseQuestion, ignored: readonly string[]): ChooseInput {
  const { driver, options, tags, kernels, now, firstSights = [] } = question;
  const series = parseSeries(options.series ?? seriesOfAttribute(driver.attr) ?? '');
  return {
    pattern: compilePattern(options.pattern ?? driver.pattern ?? '{version}'),
    current: driver.rev ?? driver.version ?? '',
    tags,
    ...(series === null ? {} : { series }),
    kernels,
    ignore: options.ignore ?? [],
    allow: options.allow ?? [],
    excluded: new Set(ignored),
    minimumAge: parseAge(options.minimumReleaseAge ?? '') ?? 0,
    seen: new Map(firstSights.flatMap(({ name, commit }) => (commit === null ? [] : [[name, commit]]))),
    seenSince: new Map(firstSights.map(({ name, at }) => [name, new Date(at ?? 0)])),
    now,
  };
}

/**
 * The tag that would be the release had it not moved. Nothing older is taken in its place: a release that was
 * exchanged is a reason for a person to look at the upstream, not for the next best update.
 */
function movedInstead(input: ChooseInput, { verdicts }: Choice): JudgedTag | null {
  const moved = new Map(verdicts.filter(({ verdict }) => verdict === 'moved').map((judged) => [judged.tag, judged]));
  if (moved.size === 0) return null;
  const seenSince = new Map([
    ...(input.seenSince ?? []),
    ...[...moved.keys()].map((tag) => [tag, new Date(0)] as const),
  ]);
  const trusting = choose({ ...input, seen: new Map(), seenSince });
  return moved.get(trusting.chosen?.tag.name ?? '') ?? null;
}

function remarksOn(driver: Driver, { verdicts }: Choice): string[] {
  const moved = verdicts.find(({ tag, verdict }) => verdict === 'moved' && tag === driver.rev);
  return moved === undefined ? [] : [`${moved.tag}, which the derivation has now: ${moved.reason}`];
}

function noTags(driver: Driver): Refused {
  const pinned = driver.follows === 'branch' ? 'is pinned to a commit' : `follows ${article(driver.follows)}`;
  return refused('follows-no-tags', `${driver.attr} ${pinned}, so no tag of upstream's leads to an update.`);
}

function article(follows: Driver['follows']): string {
  return follows === 'url' ? 'a URL' : `no tag (${follows})`;
}

/** Nothing was chosen: a release that has to wait, something for a person to look at, or simply nothing new. */
function whyNone(driver: Driver, { verdicts, schemeChanged }: Choice): Current | Waiting | Refused {
  const first = (verdict: TagVerdict) => verdicts.find((judged) => judged.verdict === verdict);
  const early = first('kernel-too-new');
  if (early) return waiting('kernel-not-in-nixpkgs', `${early.tag}: ${early.reason}`);
  const young = first('too-young');
  if (young) return waiting('release-too-young', `${young.tag}: ${young.reason}`);
  const moved = verdicts.find(({ tag, verdict }) => verdict === 'moved' && tag === driver.rev);
  if (moved) return refused('tag-moved', `${moved.tag}, which the derivation has now: ${moved.reason}`);
  if (schemeChanged) {
    const other = first('other-shape');
    const reason = `Upstream seems to name its tags in a new way (${other?.tag ?? 'see modprobot choose'}).`;
    return refused('scheme-changed', reason);
  }
  return { outcome: 'current', reason: `${driver.rev ?? driver.version ?? driver.attr} is the newest release.` };
}
