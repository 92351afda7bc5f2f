import type { EditTarget } from '../edit/plan.js';
import { type Refused, refused, type Waiting, waiting } from '../outcome.js';
import { parseAge } from '../release/age.js';
import { type AssetAddress, downloadsOf, readAssetAddress } from '../release/asset-address.js';
import { compareFit, isTooNew, type ReadAsset, readAssets } from '../release/assets.js';
import { compilePattern, type Pattern, type Reading, readTagOfAnySeries } from '../release/pattern.js';
import type { Release } from '../release/release.js';
import { merged, type Segment, segmentsOf } from '../release/segments.js';
import { parseVersion } from '../release/version.js';
import type { Asset, SeenReleases } from '../watch/releases.js';
import type { Tag } from '../watch/tag.js';
import { findRelease, type ReleaseQuestion } from './find-release.js';
import type { Current } from './ports.js';

export interface AssetQuestion extends ReleaseQuestion {
  /** How the assets' names read, one pattern or several. */
  readonly asset: string | readonly string[];
  readonly seen: SeenReleases;
}

export interface FoundAsset {
  readonly outcome: 'found';
  /** Version and kernel are the asset's: its kernel is the one to build on. */
  readonly release: Release;
  readonly target: EditTarget;
  readonly remarks: readonly string[];
}

type Ended = Current | Waiting | Refused;

/** An asset with the release that it hangs on. */
interface Candidate extends ReadAsset<Asset> {
  readonly tag: Tag;
  readonly tagReading: Reading;
}

/**
 * Which asset a driver whose source is one moves to. The newest driver's release that has a fitting asset wins, and of its
 * assets the one for the newest kernel that nixpkgs has; the same release is looked at again for a better one, because
 * assets come late. Throws `pattern-invalid`.
 */
export function findAsset(question: AssetQuestion): FoundAsset | Ended {
  const { driver } = question;
  const now = readAssetAddress(driver.url ?? '');
  if (now === null) {
    return refused('asset-unreadable', `The source of ${driver.attr} is no asset of a GitHub release.`);
  }
  const tagPattern = tagPatternOf(question, now);
  if (tagPattern === null) {
    return refused('asset-unreadable', `The tag ${now.tag} does not tell its version: give a \`pattern\`.`);
  }
  const patterns = [question.asset].flat().map(compilePattern);
  const current = candidatesOf(now.tag, [plain(now.asset)], question, { tagPattern, patterns })[0];
  if (current === undefined) {
    return refused('asset-unreadable', `${now.asset} under ${now.tag} is read by no pattern of \`asset\`.`);
  }
  const shapes = { tagPattern, patterns };
  const best = (tag: string) => bestOf(candidatesOf(tag, assetsOf(tag, question), question, shapes), question.kernels);

  const newer = newestTag(question, tagPattern, now, ({ name }) => best(name) !== null);
  if (newer.outcome === 'found') return move(newer, best(newer.release.tag.name) ?? current, current, now, question);
  if (newer.outcome !== 'current') return newer;

  const again = best(now.tag);
  if (again !== null && compareFit(question.kernels)(again, current) > 0) {
    const release = { tag: again.tag, version: again.reading.version, kernel: again.reading.kernel };
    return move({ release, remarks: [] }, again, current, now, question);
  }
  return exchanged(current, question) ?? withoutAsset(question, tagPattern, now) ?? newer;
}

/** Nothing to move to: perhaps a newer release has no asset yet that fits. */
function withoutAsset(question: AssetQuestion, tagPattern: Pattern, now: AssetAddress): Waiting | null {
  const newest = newestTag(question, tagPattern, now, () => true);
  if (newest.outcome !== 'found') return null;
  const { name } = newest.release.tag;
  const reason = `${name} is newer than ${now.tag}, but has no asset yet that can be read and whose kernel nixpkgs has.`;
  return waiting('asset-missing', reason);
}

/** The newest release that has what is wanted, by the order of tags. On which kernel a tag was made is of no account here. */
function newestTag(
  question: AssetQuestion,
  tagPattern: Pattern,
  now: AssetAddress,
  isWanted: (tag: Tag) => boolean,
): ReturnType<typeof findRelease> {
  const { driver, options, tags, seen } = question;
  const released = new Set(seen.releases.filter(({ prerelease }) => !prerelease).map(({ tag }) => tag));
  const wanted = tags.filter((tag) => tag.name === now.tag || (released.has(tag.name) && isWanted(tag)));
  return findRelease({
    ...question,
    driver: { ...driver, follows: 'tag', pattern: tagPattern.text, rev: now.tag },
    options: { ...options, pattern: tagPattern.text },
    tags: wanted,
    kernels: [],
  });
}

function move(
  { release, remarks }: { readonly release: Release; readonly remarks: readonly string[] },
  next: Candidate,
  current: Candidate,
  now: AssetAddress,
  question: AssetQuestion,
): FoundAsset | Ended {
  const stop = exchanged(next, question) ?? tooYoung(next, question);
  if (stop !== null) return stop;
  const [from, to] = [addressOf(current, now, question), addressOf(next, now, question)];
  if (from === null || to === null) {
    return refused('asset-unreadable', `${next.asset.name} cannot be written in the place of ${now.asset}.`);
  }
  const { version, kernel } = next.reading;
  return {
    outcome: 'found',
    release: { tag: release.tag, version, kernel: kernel ?? release.kernel },
    target: { asset: { from, to }, version, sha256: next.asset.sha256 },
    remarks: [...remarks, ...[exchanged(current, question)?.reason ?? []].flat()],
  };
}

function exchanged({ tag, asset }: Candidate, { seen }: AssetQuestion): Refused | null {
  const listed = seen.releases.find((release) => release.tag === tag.name)?.assets;
  const is = listed?.find(({ name }) => name === asset.name)?.sha256 ?? null;
  const was = seen.firstDigests.get(`${tag.name}/${asset.name}`);
  if (is === null || was === undefined || is === was) return null;
  return refused('asset-changed', `${asset.name} under ${tag.name} is another file than when it was first seen.`);
}

/** A file that was added to an old release is as young as its upload. */
function tooYoung({ tag, asset }: Candidate, { options, now }: AssetQuestion): Waiting | null {
  const until = Date.parse(asset.uploadedAt) + (parseAge(options.minimumReleaseAge ?? '') ?? 0);
  if (!(until > now.getTime())) return null;
  const reason = `${asset.name} under ${tag.name} is held back until ${new Date(until).toISOString()}.`;
  return waiting('asset-too-young', reason);
}

interface Shapes {
  readonly tagPattern: Pattern;
  readonly patterns: readonly Pattern[];
}

/** The assets of a release that belong to its driver: of its series and its number, `1.3a` to 1.3. */
function candidatesOf(
  tag: string,
  assets: readonly Asset[],
  { tags }: AssetQuestion,
  { tagPattern, patterns }: Shapes,
): Candidate[] {
  const tagReading = readTagOfAnySeries(tagPattern, tag);
  if (tagReading === null) return [];
  return readAssets(patterns, assets)
    .filter(({ reading }) => isOf(reading, tagReading))
    .map((read) => ({ ...read, tag: tags.find(({ name }) => name === tag) ?? { name: tag }, tagReading }));
}

function isOf(asset: Reading, tag: Reading): boolean {
  const numbers = ({ version }: Reading) => parseVersion(version)?.numbers.join('.');
  return asset.series.toLowerCase() === tag.series.toLowerCase() && numbers(asset) === numbers(tag);
}

function bestOf(candidates: readonly Candidate[], kernels: readonly string[]): Candidate | null {
  const usable = candidates.filter((candidate) => !isTooNew(candidate, kernels));
  return usable.toSorted(compareFit(kernels)).at(-1) ?? null;
}

function assetsOf(tag: string, { seen }: AssetQuestion): readonly Asset[] {
  return seen.releases.find((release) => release.tag === tag)?.assets ?? [];
}

function plain(name: string): Asset {
  return { name, sha256: null, uploadedAt: '' };
}

/** The whole address, cut into its kernels and versions and what stands between them. */
function addressOf(candidate: Candidate, now: AssetAddress, question: AssetQuestion): readonly Segment[] | null {
  const tagPattern = tagPatternOf(question, now);
  const { tag, tagReading, asset, pattern, reading } = candidate;
  const ofTag = tagPattern === null ? null : segmentsOf(tagPattern, tag.name, tagReading);
  const ofAsset = segmentsOf(pattern, asset.name, reading);
  if (ofTag === null || ofAsset === null) return null;
  return merged([{ slot: null, text: downloadsOf(now) }, ...ofTag, { slot: null, text: '/' }, ...ofAsset]);
}

/** How the releases' tags read: as the configuration says, or as the tag inside of the derivation's own URL. */
function tagPatternOf({ driver, options }: AssetQuestion, now: AssetAddress): Pattern | null {
  if (options.pattern !== undefined) return compilePattern(options.pattern);
  const written = readAssetAddress(driver.pattern ?? '')?.tag ?? now.tag;
  if (!/\{(?:version|date)\}/.test(written)) return null;
  // A kernel that is plain text in the URL changes from release to release like any other.
  const kernel = /(?<![\d.])\d+\.\d+(?:\.\d+)?(?=-[A-Za-z]?\{version\})/;
  return compilePattern(written.includes('{kernel}') ? written : written.replace(kernel, '{kernel}'));
}
