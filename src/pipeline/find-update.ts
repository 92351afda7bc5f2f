import type { DriverOptions } from '../config/schema.js';
import type { EditTarget } from '../edit/plan.js';
import { type Refused, refused, type Waiting } from '../outcome.js';
import type { Release } from '../release/release.js';
import type { SeenHead } from '../watch/branch.js';
import type { SeenReleases } from '../watch/releases.js';
import { findAsset } from './find-asset.js';
import { findCommit } from './find-commit.js';
import { findRelease, type ReleaseQuestion } from './find-release.js';
import type { Current } from './ports.js';

export interface UpdateQuestion extends ReleaseQuestion {
  readonly options: DriverOptions;
  /** Null for a driver that follows no assets. */
  readonly releases: SeenReleases | null;
  /** Null for a driver that follows no branch. */
  readonly head: SeenHead | null;
}

/** What a driver moves to, whatever it follows. */
export interface FoundUpdate {
  readonly outcome: 'found';
  readonly release: Release;
  readonly target: EditTarget;
  /** Sentences on the upstream that the maintainer has to see beside the release. */
  readonly remarks: readonly string[];
}

/** The next release of a driver: a tag, an asset of a release, or the newest commit of a branch. Throws `pattern-invalid`. */
export function findUpdate(question: UpdateQuestion): FoundUpdate | Current | Waiting | Refused {
  const { driver, options, releases, head, now } = question;
  if (head !== null) return findCommit({ driver, interval: options.interval, head, now });
  if (options.asset !== undefined) {
    const seen = releases ?? { releases: [], firstDigests: new Map() };
    return findAsset({ ...question, asset: options.asset, seen });
  }
  if (options.follow === 'branch') {
    return refused('follows-no-tags', `${driver.attr} has no repository that is known, so it has no branch to follow.`);
  }
  const found = findRelease(question);
  if (found.outcome !== 'found') return found;
  const { tag, version } = found.release;
  return { ...found, target: { tag: tag.name, version, commit: tag.commit } };
}
