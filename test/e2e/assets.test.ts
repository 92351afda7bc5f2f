import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readFolder } from '../support/folder.js';
import { type GitHub, startGitHub } from '../support/github/index.js';
import { commitsOn, fileOn, pullsOf } from './support/fork.js';
import { type Jobs, openJobs } from './support/jobs.js';

const nixpkgs = fileURLToPath(new URL('../fixtures/nixpkgs', import.meta.url));
const upstream = 'gen2-author/scarlett-gen2';
const fork = 'anna/nixpkgs';
const derivation = 'pkgs/os-specific/linux/scarlett-gen2/default.nix';
const branch = 'modprobot/master/scarlett-gen2';
const configuration = `kernels: [matching]
drivers:
  scarlett-gen2:
    asset: "snd-usb-audio-kmod-{kernel}-v{version}.tar.gz"
`;

const sri = (content: string) => `sha256-${createHash('sha256').update(content).digest('base64')}`;

function written({ tag, asset, version, content }: Record<'tag' | 'asset' | 'version' | 'content', string>): string {
  return `{
  lib,
  stdenv,
  fetchurl,
  kernel,
}:

let
  releaseKernel = "${tag}";
  archiveKernel = "${asset}";
in
stdenv.mkDerivation (finalAttrs: {
  pname = "scarlett-gen2";
  version = "${version}";

  src = fetchurl {
    url = "https://github.com/${upstream}/releases/download/v\${releaseKernel}-v\${finalAttrs.version}/snd-usb-audio-kmod-\${archiveKernel}-v\${finalAttrs.version}.tar.gz";
    hash = "${sri(content)}";
  };

  nativeBuildInputs = kernel.moduleBuildDependencies;

  meta = {
    description = "Driver of a sound card";
    license = lib.licenses.gpl2Only;
    platforms = lib.platforms.linux;
  };
})
`;
}

describe('a driver whose source is a release asset', () => {
  let github: GitHub;
  let jobs: Jobs;

  beforeAll(async () => {
    github = await startGitHub();
    await github.createRepository({
      owner: 'gen2-author',
      name: 'scarlett-gen2',
      files: { Makefile: 'obj-m := a.o\n' },
    });
    await github.release(upstream, { tag: 'v6.8-v1.0', assets: { 'snd-usb-audio-kmod-6.5-v1.0.tar.gz': 'old' } });
    const files = await readFolder(nixpkgs);
    const scope = 'pkgs/top-level/linux-kernels.nix';
    const modules = await readFile(`${nixpkgs}/${scope}`, 'utf8');
    const registered = '        scarlett-gen2 = callPackage ../os-specific/linux/scarlett-gen2 { };\n\n';
    await github.createRepository({
      owner: 'anna',
      name: 'nixpkgs',
      defaultBranch: 'master',
      files: {
        ...files,
        [scope]: modules.replace(/^ *v4l2loopback = callPackage/m, (line) => `${registered}${line}`),
        [derivation]: written({ tag: '6.8', asset: '6.5', version: '1.0', content: 'old' }),
        '.github/modprobot.yml': configuration,
      },
    });
    github.install('anna', [fork]);
    jobs = await openJobs(github);
  }, 60_000);

  afterAll(async () => {
    await jobs?.close();
    await github?.close();
  });

  const outcome = async () => (await jobs.ledger.drivers.find('anna', 'nixpkgs', 'scarlett-gen2'))?.outcome;

  it('is current while upstream has nothing newer', async () => {
    expect(await jobs.round()).toEqual([]);
    expect(await outcome()).toMatchObject({ outcome: 'current' });
  });

  it('waits for the asset of a newer release, which GitHub tells nobody of', async () => {
    await github.commit(upstream, { message: 'the next driver', files: { 'a.c': '/* 1.3 */\n' } });
    await github.release(upstream, { tag: 'v6.9-v1.3', assets: { 'snd-usb-audio-kmod-99.1-v1.3.tar.gz': 'too new' } });
    expect(await jobs.round()).toEqual([]);
    expect(await outcome()).toMatchObject({ outcome: 'waiting', code: 'asset-missing' });
    expect(pullsOf(github, fork)).toEqual([]);
  });

  it("proposes the asset when it comes late, and builds it on the asset's kernel", async () => {
    github.addAsset(upstream, 'v6.9-v1.3', 'snd-usb-audio-kmod-6.12-v1.3.tar.gz', 'late');
    expect(await jobs.round()).toEqual([]);
    expect(await outcome()).toMatchObject({
      outcome: 'published',
      hash: sri('late'),
      kernels: [{ set: 'linux_6_12' }],
    });
    const [pull, more] = pullsOf(github, fork);
    expect(more).toBeUndefined();
    expect(pull?.title).toBe('linuxPackages.scarlett-gen2: 1.0 -> 1.3');
    expect(await commitsOn(github, fork, 'master', branch)).toEqual(['linuxPackages.scarlett-gen2: 1.0 -> 1.3']);
    expect(await fileOn(github, fork, branch, derivation)).toBe(
      written({ tag: '6.9', asset: '6.12', version: '1.3', content: 'late' }),
    );
  });

  it('does nothing more while nothing changes', async () => {
    const before = pullsOf(github, fork).map(({ pull }) => pull.headSha);
    expect(await jobs.round()).toEqual([]);
    expect(pullsOf(github, fork).map(({ pull }) => pull.headSha)).toEqual(before);
  });

  it('refuses an asset that is exchanged for another file of its name', async () => {
    const release = github.repository(upstream).releases.find(({ tag }) => tag === 'v6.9-v1.3');
    const assets = release?.assets ?? [];
    assets.splice(
      assets.findIndex(({ name }) => name.includes('6.12')),
      1,
    );
    github.addAsset(upstream, 'v6.9-v1.3', 'snd-usb-audio-kmod-6.12-v1.3.tar.gz', 'exchanged');
    expect(await jobs.round()).toEqual([]);
    expect(await outcome()).toMatchObject({ outcome: 'refused', code: 'asset-changed' });
    expect(github.violations).toEqual([]);
  });
});
