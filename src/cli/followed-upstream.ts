import { upstreamUrl } from '../nixpkgs/derivation-upstream.js';
import { type Refused, refused } from '../outcome.js';
import { findRelease, type ReleaseQuestion } from '../pipeline/find-release.js';

/** The repository whose tags lead to a driver's updates; refused, before anybody is asked, where no tag does. */
export function followedUpstream(question: Omit<ReleaseQuestion, 'tags'>): string | Refused {
  const { driver } = question;
  const { code, reason } = driver;
  if (code !== undefined && reason !== undefined) return refused(code, reason);
  if (driver.follows !== 'tag') {
    const without = findRelease({ ...question, tags: [] });
    if (without.outcome === 'refused') return without;
  }
  const upstream = driver.follows === 'tag' ? upstreamUrl(driver) : null;
  if (upstream !== null) return upstream;
  return refused(
    'follows-no-tags',
    `${driver.attr} has no upstream repository that is known, so its tags cannot be listed.`,
  );
}
