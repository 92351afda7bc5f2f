import type { Driver } from '../../src/nixpkgs/driver.js';
import { findRelease, judgeTags, type ReleaseOptions } from '../../src/pipeline/find-release.js';
import type { FirstSight } from '../../src/watch/first-sight.js';

const commit = (digit: string) => digit.repeat(40);
const now = new Date('2026-11-20T00:00:00Z');

/** A driver at v1.0, whose upstream has v1.0, v1.1 and v1.2 on the commits a, b and c. */
function release(firstSights: readonly FirstSight[], options: ReleaseOptions = {}) {
  return findRelease({
    driver: { attr: 'driver', follows: 'tag', pattern: 'v{version}', version: '1.0', rev: 'v1.0' } as Driver,
    rules: { unread: [] },
    options,
    tags: [
      { name: 'v1.0', commit: commit('a') },
      { name: 'v1.1', commit: commit('b') },
      { name: 'v1.2', commit: commit('c') },
    ],
    firstSights,
    kernels: [],
    now,
  });
}

const sights = (changes: Record<string, Partial<FirstSight>> = {}): FirstSight[] =>
  ['a', 'b', 'c'].map((digit, minor) => {
    const name = `v1.${minor}`;
    return { name, commit: commit(digit), at: null, ...changes[name] };
  });

describe("a derivation's own rules", () => {
  it('end the search when they take too long, rather than let any tag pass', () => {
    const question = {
      driver: { attr: 'driver', follows: 'tag', pattern: 'v{version}', version: '1.0', rev: 'v1.0' } as Driver,
      rules: { allow: '^v([0-9]+)+$', unread: [] },
      options: {},
      tags: [{ name: 'v1.1' }, { name: `v${'1'.repeat(60)}x` }],
      kernels: [],
      now,
    };
    expect(findRelease(question)).toMatchObject({ outcome: 'refused', code: 'update-rule-too-slow' });
    expect(judgeTags(question).chosen).toBeNull();
  });
});

describe('a tag that moved', () => {
  it('is refused where it would be the release, and nothing older is taken in its place', () => {
    expect(release(sights({ 'v1.2': { commit: commit('d') } }))).toMatchObject({
      outcome: 'refused',
      code: 'tag-moved',
      reason: expect.stringMatching(/^v1\.2: .*dddddddddddd to cccccccccccc/),
    });
  });

  it('is refused at once, also while it is too young', () => {
    const moved = sights({ 'v1.2': { commit: commit('d'), at: '2026-11-19T00:00:00Z' } });
    expect(release(moved, { minimumReleaseAge: '3d' })).toMatchObject({ code: 'tag-moved' });
  });

  it('does not stand in the way of a newer one that did not move', () => {
    expect(release(sights({ 'v1.1': { commit: commit('d') } }))).toMatchObject({
      outcome: 'found',
      release: { tag: { name: 'v1.2' } },
      remarks: [],
    });
  });

  it('is no concern where a person ignores it', () => {
    const moved = sights({ 'v1.2': { commit: commit('d') } });
    expect(release(moved, { ignore: ['1.2'] })).toMatchObject({ release: { tag: { name: 'v1.1' } } });
  });

  it('is shown beside the release when it is what the derivation has now', () => {
    expect(release(sights({ 'v1.0': { commit: commit('d') } }))).toMatchObject({
      release: { tag: { name: 'v1.2' } },
      remarks: [expect.stringMatching(/^v1\.0, which the derivation has now: .*ask upstream why/)],
    });
  });

  it('is refused when it is what the derivation has now and nothing is newer', () => {
    const moved = sights({ 'v1.0': { commit: commit('d') } });
    expect(release(moved, { allow: ['1.0'] })).toMatchObject({ code: 'tag-moved' });
  });
});

describe('the age of a release', () => {
  const options = { minimumReleaseAge: '3d' };

  it('is counted from when it was first seen, and says until when it is held back', () => {
    const young = sights({ 'v1.1': { at: '2026-11-18T12:00:00Z' }, 'v1.2': { at: '2026-11-19T00:00:00Z' } });
    expect(release(young, options)).toMatchObject({
      outcome: 'waiting',
      code: 'release-too-young',
      reason: expect.stringContaining('2026-11-'),
    });
  });

  it('lets an older release through while the newest is held back', () => {
    const young = sights({ 'v1.2': { at: '2026-11-19T00:00:00Z' } });
    expect(release(young, options)).toMatchObject({ release: { tag: { name: 'v1.1' } } });
  });

  it('is no obstacle for what was there at the first look, or without the setting', () => {
    expect(release(sights(), options)).toMatchObject({ release: { tag: { name: 'v1.2' } } });
    const young = sights({ 'v1.2': { at: '2026-11-19T00:00:00Z' } });
    expect(release(young)).toMatchObject({ release: { tag: { name: 'v1.2' } } });
  });
});

it('takes only what the configuration allows', () => {
  expect(release(sights(), { allow: ['1.1'] })).toMatchObject({ release: { tag: { name: 'v1.1' } } });
});
