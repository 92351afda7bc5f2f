import type { StringValue } from '../../src/nix/evaluate/values.js';
import { patternOf } from '../../src/nixpkgs/derivation-pattern.js';

/** A string that stands alone in a file of its own. */
function written(text: string, file: string): StringValue {
  const place = { file, start: 1, end: 1 + text.length };
  const origin = { ...place, exact: true, form: 'quoted', binding: null } as const;
  return { type: 'string', place, parts: [{ kind: 'literal', text, origin }] };
}

describe('the pattern of a revision that is written out beside the version', () => {
  it.each([
    ['1.4.2', 'release-1.4.2', 'release-{version}'],
    ['1.4.2', 'refs/tags/v1.4.2', 'v{version}'],
    ['1.4.2', 'https://example.org/a-1.4.2.tar.gz', 'https://example.org/a-{version}.tar.gz'],
    ['6.8-v1.0', 'v6.8-v1.0', 'v{kernel}-v{version}'],
    ['1.0', 'v6.8-v1.0', 'v{kernel}-v{version}'],
  ])('has the version %s of %s as a place', (version, revision, pattern) => {
    const outcome = patternOf(written(version, 'version'), written(revision, 'revision'));
    expect(outcome).toEqual({ outcome: 'pattern', pattern });
  });

  it.each([
    ['2.3', 'v2.3.1'],
    ['2.3', 'v12.3'],
    ['2.3', 'v1.2.3'],
    ['2.3', 'v2.3-rc1'],
    ['2.3', 'v2.3a'],
    ['2.3', '2.3/driver-2.3'],
    ['6.8-v1.0', 'v1.0'],
  ])('takes the version %s and %s to disagree', (version, revision) => {
    const outcome = patternOf(written(version, 'version'), written(revision, 'revision'));
    expect(outcome).toEqual({ outcome: 'unrelated' });
  });
});
