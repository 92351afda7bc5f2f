import nock from 'nock';
import { createInstallations } from '../../src/github/installation.js';
import { isNixpkgs } from '../../src/github/nixpkgs-fork.js';
import { impatientOctokit } from './octokit.js';

const api = () => nock('https://api.github.com');
const installations = () => createInstallations(async () => impatientOctokit());

describe('the installations of the App', () => {
  beforeAll(() => nock.disableNetConnect());
  afterEach(() => {
    expect(nock.pendingMocks()).toEqual([]);
    nock.cleanAll();
  });
  afterAll(() => nock.restore());

  it('leaves out those that are suspended', async () => {
    api()
      .get('/app/installations?per_page=100')
      .reply(200, [
        { id: 1, account: { login: 'ada' }, suspended_at: null },
        { id: 2, account: { login: 'bob' }, suspended_at: '2026-01-01T00:00:00Z' },
      ]);
    expect(await installations().list()).toEqual([{ id: 1, account: 'ada' }]);
  });

  it('lists the repositories over all pages', async () => {
    const repository = (name: string) => ({ owner: { login: 'ada' }, name, fork: true, archived: false });
    api()
      .get('/installation/repositories?per_page=100')
      .reply(
        200,
        { total_count: 2, repositories: [repository('nixpkgs')] },
        { link: '<https://api.github.com/installation/repositories?per_page=100&page=2>; rel="next"' },
      );
    api()
      .get('/installation/repositories?per_page=100&page=2')
      .reply(200, { total_count: 2, repositories: [repository('zfs')] });
    const found = await installations().repositories(1);
    expect(found.map(({ name }) => name)).toEqual(['nixpkgs', 'zfs']);
  });

  it('acts under the login of the App, which it asks for once', async () => {
    api().get('/app').reply(200, { slug: 'modprobot' });
    const known = installations();
    const one = await known.forge(1, { owner: 'ada', name: 'nixpkgs' });
    const other = await known.forge(1, { owner: 'ada', name: '.github' });
    expect([one.actor, other.actor, other.name]).toEqual(['modprobot[bot]', 'modprobot[bot]', '.github']);
  });

  it('asks again for the login after an outage', async () => {
    api().get('/app').reply(401, { message: 'A JSON web token could not be decoded' });
    api().get('/app').reply(200, { slug: 'modprobot' });
    const known = installations();
    const repository = { owner: 'ada', name: 'nixpkgs' };
    await expect(known.forge(1, repository)).rejects.toMatchObject({ code: 'github-unauthorized' });
    expect((await known.forge(1, repository)).actor).toBe('modprobot[bot]');
  });

  it('tells a fork of nixpkgs by the kernels in its default branch', async () => {
    api().get('/app').reply(200, { slug: 'modprobot' });
    const file = '/contents/pkgs%2Ftop-level%2Flinux-kernels.nix';
    const content = { type: 'file', encoding: 'base64', content: '', sha: 'e69de29' };
    for (const name of ['nixpkgs', 'dotfiles']) {
      api().get(`/repos/ada/${name}`).reply(200, { default_branch: 'trunk', archived: false });
    }
    api().get(`/repos/ada/nixpkgs${file}?ref=trunk`).reply(200, content);
    api().get(`/repos/ada/dotfiles${file}?ref=trunk`).reply(404, { message: 'Not Found' });
    const known = installations();
    expect(await isNixpkgs(await known.forge(1, { owner: 'ada', name: 'nixpkgs' }))).toBe(true);
    expect(await isNixpkgs(await known.forge(1, { owner: 'ada', name: 'dotfiles' }))).toBe(false);
  });
});
