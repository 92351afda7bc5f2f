import type { FileEdit } from '../../src/edit/edit.js';
import { planEditOf } from '../../src/edit/plan.js';
import type { Driver } from '../../src/nixpkgs/driver.js';
import { scan } from '../../src/nixpkgs/scan.js';
import type { Refused } from '../../src/outcome.js';
import { after, changedLines, edited, modules, newCommit, newHash, nextOf, readModules } from './modules.js';

const lines = (files: readonly FileEdit[] | Refused) => ('outcome' in files ? files : changedLines(files));
const withoutHash = (files: readonly FileEdit[] | Refused) =>
  'outcome' in files ? files : changedLines(files).filter((line) => !/^.(?:hash|sha256) =/.test(line));
let drivers: readonly Driver[];
beforeAll(async () => {
  drivers = await scan(modules);
});

describe('planEditOf', () => {
  it('changes the binding in a let, and keeps the name of the hash attribute', () => {
    expect(lines(edited('plain-let', { tag: 'v1.3', version: '1.3' }))).toEqual([
      '-version = "1.2.2";',
      '+version = "1.3";',
      expect.stringMatching(/^-(sha256|hash) = "/),
      expect.stringMatching(new RegExp(`^\\+(sha256|hash) = "${newHash.replace('+', '\\+')}";$`)),
    ]);
  });

  it.each([
    ['rec-tag', 'v0.16', '0.16', ['-version = "0.15.3";', '+version = "0.16";']],
    ['final-attrs', 'v0.6.0', '0.6.0', ['-version = "0.5.0";', '+version = "0.6.0";']],
    ['prefix-variable', 'net_linux_2.17.0', '2.17.0', ['-version = "2.16.0";', '+version = "2.17.0";']],
    ['prefix-slash', 'prefix-slash/0.46', '0.46', ['-version = "0.45";', '+version = "0.46";']],
    ['renamed-tag', '0.9.41', '0.9.41', ['-tag = "0.9.40a";', '+tag = "0.9.41";']],
    ['two-axes', 'v6.9-v1.3', '1.3', ['-version = "6.8-v1.0";', '+version = "6.9-v1.3";']],
    [
      'written-out',
      'release-1.5',
      '1.5',
      ['-version = "1.4.2";', '+version = "1.5";', '-rev = "release-1.4.2";', '+rev = "release-1.5";'],
    ],
    ['refs-tags', 'v4.1.15', '4.1.15', ['-version = "4.1.14";', '+version = "4.1.15";']],
    ['pooled_2_3', 'pooled-2.3.6', '2.3.6', ['-version = "2.3.5";', '+version = "2.3.6";']],
    ['string-forms', 'v2.6', '2.6', ["-version = ''2.5.1'';", "+version = ''2.6'';"]],
    [
      'url-version',
      'https://downloads.example.org/url-version/9/url-version-9.2.17.tar.gz',
      '9.2.17',
      ['-version = "9.2.16";', '+version = "9.2.17";'],
    ],
  ])('writes into %s what its own expression makes the tag of', (attr, tag, version, expected) => {
    expect(withoutHash(edited(attr, { tag, version }))).toEqual(expected);
  });

  it.each([
    [
      'kernel-first',
      '-version = "${kernel.version}-unstable-2024-06-13";',
      '+version = "${kernel.version}-unstable-2026-11-20";',
    ],
    [
      'kernel-last',
      '-version = "unstable-2022-10-17-${kernel.version}";',
      '+version = "unstable-2026-11-20-${kernel.version}";',
    ],
    ['compact-date', '-version = "20200910";', '+version = "20261120";'],
    ['plain-date', '-version = "2020-10-01";', '+version = "2026-11-20";'],
    ['release-variable', '-release = "0.1.0-unstable-2025-04-24";', '+release = "0.1.0-unstable-2026-11-20";'],
  ])('moves %s to a commit with its date in the form that stands there', (attr, from, to) => {
    const changed = withoutHash(edited(attr, { rev: newCommit, date: '2026-11-20' }));
    expect(changed).toEqual(expect.arrayContaining([from, to, `+rev = "${newCommit}";`]));
    expect(changed).toHaveLength(4);
  });

  it('edits everything that follows a tag, a URL or a dated commit, and names what it then downloads', () => {
    for (const driver of drivers.filter(({ follows }) => follows !== 'nothing')) {
      const target = nextOf(driver);
      const plan = planEditOf(readModules, driver.attr, target);
      if ('outcome' in plan) continue;
      expect(plan.rev).toBe('rev' in target ? target.rev : target.tag);
      expect(plan.source.url).toMatch(/^(?:https|mirror):/);
      expect(plan.source.commit).toBe('rev' in target ? target.rev : undefined);
    }
  });

  it('says of every attribute that it does not edit why', () => {
    const reasons = drivers.map((driver) => {
      const plan = planEditOf(readModules, driver.attr, nextOf(driver));
      return 'outcome' in plan ? [driver.attr, plan.code] : [driver.attr, 'edited'];
    });
    expect(Object.fromEntries(reasons)).toMatchObject({
      'pinned-number': 'version-without-date',
      'commit-in-version': 'version-without-date',
      'short-commit-tag': 'not-pinned-to-commit',
      'of-the-kernel': 'kernel-source',
      'of-another-package': 'other-package',
      'version-of-another': 'other-package',
      'shared-folder': 'other-package',
      'several-hashes': 'several-hashes',
      'per-architecture': 'several-hashes',
      'several-sources': 'several-hashes',
      'two-downloads': 'several-hashes',
      'second-download': 'several-hashes',
      'source-by-kernel': 'conditional-source',
      'split-version': 'revision-computed',
      'computed-revision': 'revision-computed',
      'unrelated-revision': 'version-not-in-revision',
      'url-without-version': 'version-not-in-revision',
      'opted-out': 'opted-out',
      plain_let: 'alias',
      gone: 'removed',
    });
  });

  it.each([
    ['an unknown attribute', 'no-such-module', { tag: 'v1', version: '1' }, 'unknown-attribute'],
    ['a tag of another shape', 'rec-tag', { tag: '0.16', version: '0.16' }, 'tag-other-shape'],
    ['a version that the tag does not hold', 'rec-tag', { tag: 'v0.16', version: '0.17' }, 'tag-other-shape'],
    [
      'another URL',
      'url-version',
      { tag: 'https://elsewhere.example.org/a-1.tar.gz', version: '1' },
      'tag-other-shape',
    ],
    ['a tag for a pinned commit', 'kernel-first', { tag: 'v1', version: '1' }, 'pinned-to-commit'],
    ['a commit for what follows tags', 'rec-tag', { rev: newCommit, date: '2026-11-20' }, 'not-pinned-to-commit'],
  ])('refuses %s', async (_, attr, target, code) => {
    expect(planEditOf(readModules, attr, target)).toMatchObject({ outcome: 'refused', code });
  });

  it('leaves alone what another download is made of', () => {
    const patch = 'fetchpatch { url = "https://a.example.org/fix.patch"; relative = "a-${version}"; hash = "x"; }';
    const readText = (file: string) =>
      file.endsWith('rec-tag/default.nix')
        ? (readModules(file)?.replace('meta = {', `patches = [ (${patch}) ];\n  meta = {`) ?? null)
        : readModules(file);
    expect(edited('rec-tag', { tag: 'v1', version: '1' }, readText)).toMatchObject({ code: 'used-elsewhere' });
  });

  it('honours a comment in the file that holds the version', () => {
    const readText = (file: string) =>
      file.endsWith('refs-tags/source.nix') ? `# Generated: DO NOT EDIT\n${readModules(file)}` : readModules(file);
    expect(edited('refs-tags', { tag: 'v5', version: '5' }, readText)).toMatchObject({ code: 'opted-out' });
  });

  it('refuses to edit another file than the one that the updateScript names', () => {
    const script =
      'passthru.updateScript = nix-update-script { extraArgs = [ "--override-filename" "pkgs/other.nix" ]; };\n  meta = {';
    const readText = (file: string) =>
      file.endsWith('rec-tag/default.nix')
        ? (readModules(file)?.replace('meta = {', script) ?? null)
        : readModules(file);
    expect(edited('rec-tag', { tag: 'v5', version: '5' }, readText)).toMatchObject({ code: 'several-places' });
  });

  it('is idempotent, and gives the bytes back when it is taken back', () => {
    for (const driver of drivers) {
      const target = nextOf(driver);
      const once = edited(driver.attr, target);
      if ('outcome' in once) continue;
      const tree = after(once);
      expect(edited(driver.attr, target, tree)).toEqual([]);
      if (driver.pattern === null || driver.hash === null || !driver.hash.value.startsWith('sha256-')) continue;
      const version = /^(.*)$/.exec(driver.version ?? '')?.[1] ?? '';
      const old = driver.follows === 'url' ? (driver.url ?? '') : (driver.rev ?? '');
      const back = edited(driver.attr, { tag: old, version }, tree, driver.hash.value);
      expect('outcome' in back ? back : Object.fromEntries(back.map((file) => [file.path, file.after]))).toEqual(
        Object.fromEntries(once.map((file) => [file.path, file.before])),
      );
    }
  });
});
