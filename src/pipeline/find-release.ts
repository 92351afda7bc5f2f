import type { Driver } from '../nixpkgs/driver.js';
import type { UpdateRules } from '../nixpkgs/update-rules.js';
import { type Refused, refused, type Waiting, waiting } from '../outcome.js';
import { choose } from '../release/choose.js';
import { compilePattern } from '../release/pattern.js';
import type { Choice, Release, TagVerdict } from '../release/release.js';
import { parseSeries, seriesOfAttribute } from '../release/series.js';
import type { Tag } from '../watch/tag.js';
import type { Current } from './ports.js';
import { ignoredByRules } from './update-rules.js';

export interface ReleaseQuestion {
  readonly driver: Driver;
  readonly rules: UpdateRules;
  readonly options: ReleaseOptions;
  readonly tags: readonly Tag[];
  /** Kernel branches that nixpkgs has: `6.12`. */
  readonly kernels: readonly string[];
  readonly now: Date;
}

/** What the configuration says of a driver's releases. */
export interface ReleaseOptions {
  readonly pattern?: string | undefined;
  readonly series?: string | undefined;
  readonly ignore?: readonly string[] | undefined;
}

export interface FoundRelease {
  readonly outcome: 'found';
  readonly release: Release;
}

/** Which of upstream's tags is the next release of a driver, or why there is none. Throws `pattern-invalid`. */
export function findRelease(question: ReleaseQuestion): FoundRelease | Current | Waiting | Refused {
  const { driver } = question;
  if (driver.follows !== 'tag' || driver.pattern === null) return noTags(driver);
  const choice = judgeTags(question);
  if (choice.chosen !== null) return { outcome: 'found', release: choice.chosen };
  return whyNone(driver, choice);
}

/** A verdict for every tag, by the derivation's own revision, its update rules, and the configuration. */
export function judgeTags({ driver, rules, options, tags, kernels, now }: ReleaseQuestion): Choice {
  const series = parseSeries(options.series ?? seriesOfAttribute(driver.attr) ?? '');
  return choose({
    pattern: compilePattern(options.pattern ?? driver.pattern ?? '{version}'),
    current: driver.rev ?? driver.version ?? '',
    tags,
    ...(series === null ? {} : { series }),
    kernels,
    ignore: options.ignore ?? [],
    excluded: new Set(ignoredByRules(rules, tags)),
    now,
  });
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
  const moved = first('moved');
  if (moved) return refused('tag-moved', `${moved.tag}: ${moved.reason}`);
  if (schemeChanged) {
    const other = first('other-shape');
    const reason = `Upstream seems to name its tags in a new way (${other?.tag ?? 'see modprobot choose'}).`;
    return refused('scheme-changed', reason);
  }
  return { outcome: 'current', reason: `${driver.rev ?? driver.version ?? driver.attr} is the newest release.` };
}
