import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readFolder } from '../support/folder.js';
import { type GitHub, startGitHub } from '../support/github/index.js';
import { fileOn, pullsOf } from './support/fork.js';
import { type Jobs, openJobs } from './support/jobs.js';

const nixpkgs = fileURLToPath(new URL('../fixtures/nixpkgs', import.meta.url));
const upstream = 'trunk-author/trunk';
const fork = 'anna/nixpkgs';
const derivation = 'pkgs/os-specific/linux/trunk/default.nix';
const configuration = `kernels: [matching]
drivers:
  trunk:
    follow: branch
    branch: stable
    interval: 3d
`;

function written(commit: string): string {
  return `{
  stdenv,
  fetchFromGitHub,
  kernel,
}:

stdenv.mkDerivation {
  pname = "trunk";
  version = "0-unstable-2020-01-02";

  src = fetchFromGitHub {
    owner = "trunk-author";
    repo = "trunk";
    rev = "${commit}";
    hash = "sha256-x1jkJgA2sW633IsFClRc8brQCJV2mNJ1Hbd+M+geCoA=";
  };

  nativeBuildInputs = kernel.moduleBuildDependencies;
}
`;
}

describe('a driver that follows a branch', () => {
  let github: GitHub;
  let jobs: Jobs;
  let pinned: string;

  const commit = (message: string) =>
    github.commit(upstream, { branch: 'stable', message, files: { 'driver.c': `/* ${message} */\n` } });

  beforeAll(async () => {
    github = await startGitHub();
    await github.createRepository({ owner: 'trunk-author', name: 'trunk', files: { Makefile: 'obj-m := a.o\n' } });
    pinned = await commit('first');
    const files = await readFolder(nixpkgs);
    const scope = 'pkgs/top-level/linux-kernels.nix';
    const modules = await readFile(`${nixpkgs}/${scope}`, 'utf8');
    const registered = '        trunk = callPackage ../os-specific/linux/trunk { };\n\n';
    const more = {
      [scope]: modules.replace(/^ *v4l2loopback = callPackage/m, (line) => `${registered}${line}`),
      [derivation]: written(pinned),
      '.github/modprobot.yml': configuration,
    };
    await github.createRepository({
      owner: 'anna',
      name: 'nixpkgs',
      defaultBranch: 'master',
      files: { ...files, ...more },
    });
    github.install('anna', [fork]);
    jobs = await openJobs(github);
  }, 60_000);

  afterAll(async () => {
    await jobs?.close();
    await github?.close();
  });

  const outcome = async () => (await jobs.ledger.drivers.find('anna', 'nixpkgs', 'trunk'))?.outcome;

  it('is current at the newest commit, whatever happens on other branches', async () => {
    await github.commit(upstream, { message: 'elsewhere', files: { other: 'x' } });
    expect(await jobs.round()).toEqual([]);
    expect(await outcome()).toMatchObject({ outcome: 'current' });
  });

  it('proposes the newest commit in the form that the version has, and rests for the interval', async () => {
    const second = await commit('second');
    expect(await jobs.round()).toEqual([]);
    const [pull] = pullsOf(github, fork);
    const day = new Date().toISOString().slice(0, 10);
    expect(pull?.title).toMatch(/^linuxPackages\.trunk: 0-unstable-2020-01-02 -> 0-unstable-\d{4}-\d{2}-\d{2}$/);
    expect((pull?.title ?? '').slice(-10) <= day).toBe(true);
    expect(await fileOn(github, fork, 'modprobot/master/trunk', derivation)).toContain(`rev = "${second}";`);

    await commit('third');
    expect(await jobs.round()).toEqual([]);
    expect(await outcome()).toMatchObject({ outcome: 'waiting', code: 'branch-resting' });
    expect(await fileOn(github, fork, 'modprobot/master/trunk', derivation)).toContain(`rev = "${second}";`);
    expect(github.violations).toEqual([]);
  });
});
