import fc from 'fast-check';
import { refuseCommit, refuseTag, refuseVersion, shown } from '../../src/edit/names.js';

const hostile = [
  '',
  '"',
  '${x}',
  "''",
  '\\',
  'a\nb',
  '\u0000',
  '-rf',
  'a b',
  "'",
  'a;b',
  '${',
  '1.0"; x = "',
  '9'.repeat(10_000),
  'é',
  '../x',
  '#1',
  '%2e',
];

describe('refuseVersion and refuseTag', () => {
  it.each(hostile)('refuse %j', (text) => {
    expect(refuseVersion(text)?.code).toBe('name-unsafe');
    expect(refuseTag(text)?.code).toBe('name-unsafe');
  });

  it.each(['1.2.3', 'v0.15.3', '0.9.40a', '1.0.20260329-2', '2023.05.1+git', '0-unstable-2024-06-13', '20200910'])(
    'take %s',
    (text) => {
      expect(refuseVersion(text)).toBeNull();
      expect(refuseTag(text)).toBeNull();
    },
  );

  it('take a slash in a tag, and none in a version', () => {
    expect(refuseTag('tp-smapi/0.45')).toBeNull();
    expect(refuseVersion('tp-smapi/0.45')?.code).toBe('name-unsafe');
  });

  it('let nothing through that Nix would read as more than characters', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (refuseVersion(text) === null || refuseTag(text) === null) expect(text).not.toMatch(/["'$\\{}\s\p{Cc}]/u);
      }),
    );
  });
});

describe('refuseCommit', () => {
  it('takes 40 hex digits and a day that the calendar has', () => {
    expect(refuseCommit('a'.repeat(40), '2024-02-29')).toBeNull();
  });

  it.each([
    ['a short commit', 'abc1234', '2026-11-20'],
    ['upper-case digits', 'A'.repeat(40), '2026-11-20'],
    ['a branch', 'main', '2026-11-20'],
    ['a day that is not', 'a'.repeat(40), '2023-02-29'],
    ['another form of date', 'a'.repeat(40), '20261120'],
  ])('refuses %s', (_, commit, date) => {
    expect(refuseCommit(commit, date)?.code).toBe('name-unsafe');
  });
});

describe('shown', () => {
  it("prints a stranger's text as one short quoted line", () => {
    expect(shown('a\n\u001b[31m\u202eb')).toBe('"a\\n\\u001b[31m?b"');
    expect(shown('x'.repeat(10_000)).length).toBeLessThan(70);
  });
});
