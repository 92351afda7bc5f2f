import { fileURLToPath } from 'node:url';
import { Fault } from '../../src/errors.js';
import { upstreamUrl } from '../../src/nixpkgs/derivation-upstream.js';
import type { Driver } from '../../src/nixpkgs/driver.js';
import { scan } from '../../src/nixpkgs/scan.js';

const modules = fileURLToPath(new URL('../fixtures/modules', import.meta.url));

describe('scan', () => {
  let drivers: ReadonlyMap<string, Driver>;
  const driver = (attr: string): Driver => {
    const found = drivers.get(attr);
    if (found === undefined) throw new Error(`${attr} is not in the inventory`);
    return found;
  };

  beforeAll(async () => {
    drivers = new Map((await scan(modules)).map((found) => [found.attr, found]));
  });

  it.each([
    ['plain-let', 'v{version}', '1.2.2', 'v1.2.2'],
    ['rec-tag', 'v{version}', '0.15.3', 'v0.15.3'],
    ['final-attrs', 'v{version}', '0.5.0', 'v0.5.0'],
    ['version-as-rev', '{version}', '1.0.17', '1.0.17'],
    ['prefix-variable', 'net_linux_{version}', '2.16.0', 'net_linux_2.16.0'],
    ['prefix-slash', 'prefix-slash/{version}', '0.45', 'prefix-slash/0.45'],
    ['renamed-tag', '{version}', '0.9.40a', '0.9.40a'],
    ['two-axes', 'v{kernel}-v{version}', '6.8-v1.0', 'v6.8-v1.0'],
    ['written-out', 'release-{version}', '1.4.2', 'release-1.4.2'],
    ['refs-tags', 'v{version}', '4.1.14', 'v4.1.14'],
    ['pooled_2_3', 'pooled-{version}', '2.3.5', 'pooled-2.3.5'],
    ['pooled_2_4', 'pooled-{version}', '2.4.0', 'pooled-2.4.0'],
    ['gitlab-domain', '{version}', '1.7', '1.7'],
    ['gitlab-group', 'v{version}', '4.15.4', 'v4.15.4'],
    ['gitea-domain', 'v{version}', '0.3.1', 'v0.3.1'],
    ['sparse-git', 'v{version}', '22.03.5', 'v22.03.5'],
    ['string-forms', 'v{version}', '2.5.1', 'v2.5.1'],
  ])('reads the tag pattern of %s from its own revision', (attr, pattern, version, rev) => {
    expect(driver(attr)).toMatchObject({ follows: 'tag', pattern, version, rev });
  });

  it.each([
    ['url-version', 'https://downloads.example.org/url-version/9/url-version-{version}.tar.gz', '9.2.16'],
    ['url-sub-version', 'https://downloads.example.org/UrlForLinux_{version}.tar.gz', '1.3.4418'],
    ['url-written-out', 'https://downloads.example.org/url-written-out-{version}.tar.gz', '3.2.2'],
    ['zip-flat', 'https://downloads.example.org/zip-flat-linux-driver-{version}.zip', '1.0.30'],
    ['legacy-name', 'https://github.com/fixture-drivers/legacy-name/archive/v{version}.tar.gz', '0.8'],
    ['cdrom-emu', 'mirror://sourceforge/cdrom-emu/cdrom-emu-{version}.tar.xz', '20250329'],
  ])('reads the URL pattern of %s', (attr, pattern, version) => {
    expect(driver(attr)).toMatchObject({ follows: 'url', pattern, version, rev: null });
  });

  it.each([
    ['kernel-first', 'unstable-2024-06-13'],
    ['kernel-last', 'unstable-2022-10-17'],
    ['zero-unstable', '0-unstable-2025-10-24'],
    ['number-unstable', '0.4.5-unstable-2024-09-26'],
    ['compact-date', '20200910'],
    ['plain-date', '2020-10-01'],
    ['date-inside', '4.4.1.20250504'],
    ['release-variable', '0.1.0-unstable-2025-04-24'],
    ['pinned-number', '2.3'],
    ['commit-in-version', '2.1.1'],
    ['short-commit-tag', '0-unstable-2025-02-08'],
    ['zip-commit', '2023-02-05'],
  ])('lets %s, which is pinned to a commit, follow a branch only', (attr, version) => {
    expect(driver(attr)).toMatchObject({ follows: 'branch', pattern: null, version });
  });

  it.each([
    ['of-the-kernel', 'kernel-source', /kernel's own source/],
    ['of-another-package', 'other-package', /source comes from mirror-glass/],
    ['version-of-another', 'other-package', /version comes from flint/],
    ['shared-folder', 'other-package', /pkgs\/development\/razor\/common\.nix/],
    ['of-the-tools', 'other-package', /btree-tools/],
    ['several-hashes', 'several-hashes', /version\.nix/],
    ['per-architecture', 'several-hashes', /architecture/],
    ['several-sources', 'several-hashes', /srcs/],
    ['two-downloads', 'several-hashes', /Another fetchFromGitHub/],
    ['source-by-kernel', 'conditional-source', /versionAtLeast kernel\.version "5\.0"/],
    ['split-version', 'revision-computed', /elemAt/],
    ['computed-revision', 'revision-computed', /majorMinor/],
    ['url-computed', 'revision-computed', /versions\.major/],
    ['unrelated-revision', 'version-not-in-revision', /6\.8-v1\.0/],
    ['url-without-version', 'version-not-in-revision', /3\.05/],
    ['plain_let', 'alias', /plain-let/],
    ['pooled', 'alias', /pooled_2_4/],
    ['tracer', 'alias', /pkgs\.tracer/],
    ['gone', 'removed', /no longer builds/],
    ['kernelOlder', 'not-a-module', /kernel/],
    ['kernelModuleMakeFlags', 'not-a-module', /helper/],
  ])('says why %s follows nothing', (attr, code, reason) => {
    expect(driver(attr)).toMatchObject({ follows: 'nothing', code, pattern: null });
    expect(driver(attr).reason).toMatch(reason);
  });

  it('resolves files from the registration: conditional, with arguments, elsewhere', () => {
    expect(driver('final-attrs').file).toBe('pkgs/os-specific/linux/final-attrs/default.nix');
    expect(driver('pooled_2_3').file).toBe('pkgs/os-specific/linux/pooled/2_3.nix');
    expect(driver('cdrom-emu').file).toBe('pkgs/by-name/cd/cdrom-emu/module.nix');
  });

  it('finds the hash where it stands, in every form and file', () => {
    expect(driver('plain-let').hash).toMatchObject({ attribute: 'sha256', line: 19 });
    expect(driver('version-as-rev').hash).toMatchObject({ attribute: 'sha256', line: 10 });
    expect(driver('refs-tags').hash?.file).toBe('pkgs/os-specific/linux/refs-tags/source.nix');
    expect(driver('pooled_2_3').hash).toMatchObject({ file: 'pkgs/os-specific/linux/pooled/2_3.nix', line: 28 });
    expect(driver('per-architecture').hash).toBeNull();
  });

  it('names the repository in which upstream tags', () => {
    expect(upstreamUrl(driver('rec-tag'))).toBe('https://github.com/fixture-drivers/rec-tag');
    expect(upstreamUrl(driver('number-unstable'))).toBe('https://gitlab.com/fixture-drivers/number-unstable');
    expect(upstreamUrl(driver('gitlab-domain'))).toBe('https://gitlab.example.org/fixture-drivers/gitlab-domain');
    expect(upstreamUrl(driver('gitlab-group'))).toBe(
      'https://gitlab.com/fixture-drivers/development/packages/gitlab-group',
    );
    expect(upstreamUrl(driver('sparse-git'))).toBe('https://git.example.org/router/router.git');
    expect(upstreamUrl(driver('legacy-name'))).toBe('https://github.com/fixture-drivers/legacy-name');
    expect(upstreamUrl(driver('url-version'))).toBeNull();
  });

  it('refuses a folder that is no nixpkgs', async () => {
    const failure = scan(fileURLToPath(new URL('.', import.meta.url)));
    await expect(failure).rejects.toThrow(Fault);
    await expect(failure).rejects.toMatchObject({ code: 'not-nixpkgs' });
  });
});
