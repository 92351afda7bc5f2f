import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { OfficialLook } from '../../src/github/official-nixpkgs.js';
import { openLedger } from '../../src/jobs/ledger.js';
import type { ReleaseQuestion } from '../../src/pipeline/find-release.js';
import { compareOfficial } from '../../src/pipeline/official.js';
import { readTracked } from '../../src/pipeline/tracked.js';
import { lookAtOfficial } from '../../src/worker/look-at-official.js';
import type { WorkerContext } from '../../src/worker/ports.js';
import { installationsOf } from '../github/octokit.js';
import { type GitHub, startGitHub } from '../support/github/index.js';
import { quiet } from '../support/quiet.js';
import { openTemporaryStore, type TemporaryStore } from '../support/store.js';

const tree = path.resolve(import.meta.dirname, '../fixtures/modules');
const driver = { attr: 'rec-tag', file: 'pkgs/os-specific/linux/rec-tag/default.nix' };
const own = readFileSync(path.join(tree, driver.file), 'utf8');
const at = (version: string) => own.replace('0.15.3', version);

let github: GitHub;
let store: TemporaryStore;
let installationId: number;

beforeAll(async () => {
  [github, store] = await Promise.all([startGitHub(), openTemporaryStore()]);
  const repository = { owner: 'NixOS', ownerType: 'Organization', name: 'nixpkgs', defaultBranch: 'master' } as const;
  await github.createRepository({ ...repository, files: { [driver.file]: at('0.15.4') } });
  await github.createRepository({ owner: 'octo', name: 'nixpkgs', forkOf: 'NixOS/nixpkgs' });
  installationId = github.install('octo', ['octo/nixpkgs']);
  for (const [head, title] of [
    ['update', 'linuxPackages.rec-tag: 0.15.4 -> 0.15.5'],
    ['other', 'rec-tag-tools: init at 1'],
  ] as const) {
    await github.commit('NixOS/nixpkgs', { files: { [head]: '' }, message: title, branch: head });
    await github.people.openPull('NixOS/nixpkgs', 'ada', { title, head, base: 'master', body: 'Please.' });
  }
}, 120_000);
afterAll(async () => {
  expect(github.violations).toEqual([]);
  await github.close();
  await store.remove();
});

function look(owner = 'octo', wanted = driver): Promise<OfficialLook | null> {
  const ledger = openLedger(store.database);
  const context = { ledger, log: quiet, ports: { installations: installationsOf(github) } };
  const fork = { owner, repo: 'nixpkgs', installationId } as Parameters<typeof lookAtOfficial>[0];
  return lookAtOfficial(fork, wanted, context as unknown as WorkerContext);
}

/** The fork is at 0.15.3 and `v<version>` is the next release. */
function compare(seen: OfficialLook, version: string) {
  const tracked = readTracked(tree, driver.attr);
  if ('outcome' in tracked) throw new Error(tracked.reason);
  const tags = ['0.15.3', '0.15.4', '0.15.5'].map((text, index) => ({
    name: `v${text}`,
    commit: String(index).repeat(40),
  }));
  const question: ReleaseQuestion = { ...tracked, options: {}, tags, kernels: [], now: new Date() };
  const tag = tags.find(({ name }) => name === `v${version}`);
  if (tag === undefined) throw new Error(`there is no ${version}`);
  return compareOfficial({ question, release: { tag, version, kernel: null }, tree, look: seen });
}

describe('NixOS/nixpkgs', () => {
  it('is asked for the file and for open pull requests that name the attribute, not for others', async () => {
    expect(await look()).toEqual({
      outcome: 'answered',
      text: at('0.15.4'),
      pullRequests: [{ number: 1, title: 'linuxPackages.rec-tag: 0.15.4 -> 0.15.5' }],
    });
  });

  it('is searched once, not at every update', async () => {
    await look();
    const searches = () => github.requests.filter(({ path: asked }) => asked.startsWith('/search/')).length;
    const before = searches();
    await look();
    expect([before, searches()]).toEqual([1, 1]);
  });

  it('is not compared with itself', async () => {
    expect(await look('nixos')).toBeNull();
  });

  it('blocks nothing when it cannot be asked', async () => {
    github.failNext({ path: '/repos/NixOS/nixpkgs' }, { status: 502 });
    const silent = await look();
    expect(silent).toEqual({ outcome: 'silent' });
    expect(compare({ outcome: 'silent' }, '0.15.5')).toEqual([expect.stringContaining('could not be asked')]);
  });
});

describe('what NixOS/nixpkgs has', () => {
  const answered = (text: string | null, titles: readonly string[] = []): OfficialLook => ({
    outcome: 'answered',
    text,
    pullRequests: titles.map((title, index) => ({ number: index + 1, title })),
  });

  it('is told to the maintainer, with the pull requests that are open there', () => {
    expect(compare(answered(at('0.15.4'), ['rec-tag: 0.15.4 -> 0.15.5']), '0.15.5')).toEqual([
      'NixOS/nixpkgs has rec-tag 0.15.4 on its default branch.',
      'Pull request 1 of NixOS/nixpkgs is open: rec-tag: 0.15.4 -> 0.15.5',
    ]);
  });

  it.each(['0.15.4', '0.15.5'])('is not proposed again: %s is merged there', (version) => {
    expect(compare(answered(at(version)), '0.15.4')).toEqual({
      outcome: 'refused',
      code: 'merged-in-nixpkgs',
      reason: `NixOS/nixpkgs has rec-tag ${version} already: sync the fork.`,
    });
  });

  it.each([
    ['is not there', null],
    ['cannot be read', '{ this is no Nix'],
    ['is something else', '{ stdenv }: stdenv'],
  ])('blocks nothing when the file %s', (_title, text) => {
    expect(compare(answered(text), '0.15.4')).toEqual([expect.stringContaining('does not have this driver')]);
  });

  it('is named in a few lines, however many pull requests there are', () => {
    const many = Array.from({ length: 12 }, (_, index) => `rec-tag: change ${index}`);
    const said = compare(answered(at('0.15.3'), many), '0.15.5');
    expect(said).toHaveLength(7);
    expect(said).toContain('7 more open pull requests of NixOS/nixpkgs name it.');
  });
});
