import fc from 'fast-check';
import semver from 'semver';
import { compareVersions, parseVersion, type Version } from '../../src/release/version.js';
import { nixCompareVersions } from './compare-versions.js';
import { readData } from './support.js';

function version(text: string): Version {
  const parsed = parseVersion(text);
  if (parsed === null) throw new Error(`${text} is no version`);
  return parsed;
}

const order = (a: string, b: string): number => Math.sign(compareVersions(version(a), version(b)));

const number = fc.oneof(fc.bigInt({ min: 0n, max: 12n }), fc.bigInt({ min: 0n, max: 10n ** 30n })).map(String);
const release = fc.array(number, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));
const suffix = fc.constantFrom(
  ...['', 'a', 'b', '-2', '-1.1', '_hotfix1', '-compile-fix', '-rc1', 'rc1', '-rc.1', '-rc.12', '_rc', '-pre', 'pre1'],
  ...[
    '-pre.4',
    'alpha',
    'beta9',
    '-test3',
    '-testing',
    '-intermediate',
    '-prerelese',
    '-dkms',
    '-2-rc1',
    'b2',
    '+dfsg',
  ],
);
const anyVersion = fc.tuple(fc.constantFrom('', 'B', 'v'), release, suffix).map((parts) => parts.join(''));

describe('compareVersions', () => {
  it('is antisymmetric', () => {
    fc.assert(fc.property(anyVersion, anyVersion, (a, b) => order(a, b) + order(b, a) === 0));
  });

  it('is transitive', () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
        const [low = '', middle = '', high = ''] = [a, b, c].sort(order);
        return order(low, middle) <= 0 && order(middle, high) <= 0 && order(low, high) <= 0;
      }),
      { numRuns: 2000 },
    );
  });

  it('is transitive on all real tags that can be read, in whatever order they come', () => {
    const tags = Object.values(readData<Record<string, string>>('upstream-tags.json')).flatMap((list) =>
      list.split(' '),
    );
    const readable = tags.filter((tag) => parseVersion(tag) !== null).slice(-300);
    const forwards = [...readable].sort(order);
    const backwards = [...readable].reverse().sort(order);
    expect(forwards.map((tag, at) => order(tag, backwards[at] ?? ''))).toEqual(forwards.map(() => 0));
  });

  it('ignores trailing zero parts', () => {
    fc.assert(fc.property(release, fc.nat({ max: 3 }), (text, zeros) => order(text, text + '.0'.repeat(zeros)) === 0));
  });

  it('reads numbers of any size exactly', () => {
    expect(order('1.9007199254740993', '1.9007199254740992')).toBe(1);
    expect(order('1.0-rc.9007199254740993', '1.0-rc.9007199254740992')).toBe(1);
    expect(order(`1.${'9'.repeat(60)}`, `1.1${'0'.repeat(60)}`)).toBe(-1);
  });

  it.each([
    '1.0-alpha < 1.0-alpha.1 < 1.0beta9 < 1.0-beta.11 < 1.0-rc1 < 1.0-rc.2 < 1.0rc10 < 1.0 < 1.0.1',
    '0.9.38pre1 < 0.9.38-pre.4 < 0.9.38 < 0.9.40 < 0.9.40a < 0.9.40.1 < 0.9.41',
    '0.9.32-intermediate < 0.9.32 < 0.9.32-compile-fix < 0.9.33',
    '1.0.20260329 < 1.0.20260329-2 < 1.0.20260330',
    '4.36.0 < 4.36.0-1 < 4.36.0_hotfix1 < 4.36.1-rc1 < 4.36.1',
    '1.5.0-r2 < 1.5.0.2',
    '2.9.99-testing < 2.9.99 < 2.10.0-rc1 < 2.10.0-rc2 < 2.10.0',
    'B5.0.1 < B6-rc1 < B6 < B7',
    '1_8_16pre1 < 1_8_16 < 1_8_16.1 < 1_9_1',
    '2025-04-24 < 2025-04-24-2 < 2025-10-01',
    '2025.10.09 < 2025.10.09-2 < 2026.03.05.2',
    '1.0-DEV < 1.0 < 1.0-2-rc1 < 1.0-2',
    '0.8a < 1.0',
  ])('orders %s', (row) => {
    const versions = row.split(' < ');
    for (const [at, low] of versions.entries()) {
      for (const high of versions.slice(at + 1)) expect([low, high, order(low, high)]).toEqual([low, high, -1]);
    }
  });

  it('orders semantic versions as semver does, but for its prereleases that are none', () => {
    const identifier = fc.constantFrom('alpha', 'beta', 'pre', 'rc', 'dev');
    const ids = fc
      .tuple(identifier, fc.array(fc.nat({ max: 12 }), { maxLength: 2 }))
      .map(([word, rest]) => [word, ...rest]);
    const three = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 3 })).map((parts) => parts.join('.'));
    const text = fc.tuple(three, fc.option(ids)).map(([a, b]) => (b === null ? a : `${a}-${b.join('.')}`));
    fc.assert(fc.property(text, text, (a, b) => order(a, b) === semver.compare(a, b)));
    expect([order('1.0.0-2', '1.0.0'), semver.compare('1.0.0-2', '1.0.0')]).toEqual([1, -1]);
    expect([order('1.0.0-rc10', '1.0.0-rc9'), semver.compare('1.0.0-rc10', '1.0.0-rc9')]).toEqual([1, -1]);
  });
});

// Beyond 2^63 Nix compares digits as words; the oracle does not, and neither does Modprobot.
describe('compareVersions beside builtins.compareVersions', () => {
  it('agrees on release numbers, with or without a letter behind them', () => {
    const noZero = release.filter((text) => !/(?:^|\.)0$/.test(text));
    const text = fc.tuple(noZero, fc.constantFrom('', '', 'a', 'c')).map((parts) => parts.join(''));
    fc.assert(fc.property(text, text, (a, b) => order(a, b) === nixCompareVersions(a, b)));
  });

  it.each([
    ['1.0', '1.0.0', 0, -1, 'zero parts add nothing'],
    ['1.0-rc1', '1.0', -1, 1, 'Nix knows the word pre alone'],
    ['1.0-alpha', '1.0', -1, 1, 'Nix knows the word pre alone'],
    ['1.0-2', '1.0.1', -1, 1, 'a post-release belongs to its version, Nix takes it for a further part'],
    ['1.0-compile-fix', '1.0-rc1', 1, -1, 'Nix sorts both by the alphabet'],
    ['B7', '7', 1, -1, 'a letter in front is part of the number, and no word before it'],
    ['1.0-RC1', '1.0-rc1', 0, -1, 'case says nothing'],
  ])('%s and %s: %i here, %i in Nix, for %s', (a, b, here, nix) => {
    expect([order(a, b), nixCompareVersions(a, b)]).toEqual([here, nix]);
  });
});

describe('parseVersion', () => {
  it.each([
    '',
    'main',
    'last',
    'show',
    'v',
    '1..2',
    '1.',
    '-1',
    '.1',
    '1.0--2',
    '1/2',
    "22'1",
    '1 2',
    'rc1',
    'Release_1',
  ])('does not take %p for a version', (text) => {
    expect(parseVersion(text)).toBeNull();
  });

  it.each(['-rc1', 'rc1', '-rc.1', '_rc', '-pre', 'pre1', '-pre.4', 'alpha', 'beta9', '-test3', '-testing'])(
    'sees that 1.2%s is a prerelease',
    (mark) => {
      expect(version(`1.2${mark}`).prerelease).toBe(true);
    },
  );

  it.each(['-intermediate', '-prerelese', '-DEV', 'b2', '.dev3'])('sees that 1.2%s is a prerelease', (mark) => {
    expect(version(`1.2${mark}`).prerelease).toBe(true);
  });

  it.each(['-2', 'a', '_hotfix1', '-compile-fix', '-r2', 'p1', '-cryptodev', '-release', '+dev'])(
    'sees that 1.2%s is none',
    (mark) => {
      expect(version(`1.2${mark}`).prerelease).toBe(false);
    },
  );

  it('keeps the words that it cannot order', () => {
    expect(version('1.20181809-dkms').unknown).toEqual(['dkms']);
    expect(version('7.0.0+driver').unknown).toEqual(['driver']);
    expect(version('1.0-2a').unknown).toEqual([]);
  });

  it('answers for any text at all', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => parseVersion(text) !== undefined));
  });
});
