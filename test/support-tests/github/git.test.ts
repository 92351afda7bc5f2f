import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGunzip, gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { git as runGit } from '../../support/git-server.js';
import { here, refusalOf, startFork } from './fork.js';

type Fork = Awaited<ReturnType<typeof startFork>>;

describe('the GitHub stand-in, as a place where git repositories are kept', () => {
  let world: Fork;
  let clone: string;
  beforeAll(async () => {
    world = await startFork();
    clone = await mkdtemp(path.join(tmpdir(), 'stand-in-clone-'));
  });
  afterAll(async () => {
    await rm(clone, { recursive: true, force: true });
    await world.github.close();
  });
  afterEach(() => expect(world.github.violations).toEqual([]));

  /** git as a user has it, led to the stand-in under GitHub's name. */
  const remoteGit = (directory: string, ...args: string[]) => {
    const port = new URL(world.github.origin).port;
    return runGit(
      directory,
      ...['-c', `http.sslCAInfo=${world.github.caFile}`, '-c', `http.curloptResolve=github.com:${port}:127.0.0.1`],
      ...args.map((argument) => argument.replace('https://github.com/', `https://github.com:${port}/`)),
    );
  };

  it('shows the same refs to git and to REST, annotated tags peeled', async () => {
    const head = await world.github.commit('octo/nixpkgs', { files: { a: 'a' }, message: 'one more' });
    await world.github.tag('octo/nixpkgs', { name: 'light' });
    await world.github.tag('octo/nixpkgs', { name: 'heavy', message: 'a release' });
    const lines = await remoteGit(clone, 'ls-remote', 'https://github.com/octo/nixpkgs.git');
    const refs = new Map(lines.split('\n').map((line) => line.split('\t').reverse() as [string, string]));
    expect(refs.get('refs/heads/master')).toBe(head);
    expect(refs.get('refs/tags/heavy^{}')).toBe(head);
    expect(refs.get('refs/tags/light')).toBe(head);
    const heavy = await world.bot.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...here, ref: 'tags/heavy' });
    expect(heavy.data.object).toMatchObject({ type: 'tag', sha: refs.get('refs/tags/heavy') });
    const tag = await world.bot.request('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', {
      ...here,
      tag_sha: heavy.data.object.sha,
    });
    expect(tag.data).toMatchObject({ tag: 'heavy', message: 'a release', object: { type: 'commit', sha: head } });
    const listed = await world.bot.request('GET /repos/{owner}/{repo}/tags', here);
    expect(listed.data.map(({ name, commit }) => [name, commit.sha])).toEqual([
      ['light', head],
      ['heavy', head],
    ]);
  });

  it('lets git fetch a commit that REST made', async () => {
    const ref = await world.bot.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...here, ref: 'heads/master' });
    const commit = await world.bot.request('POST /repos/{owner}/{repo}/git/commits', {
      ...here,
      message: 'made by REST',
      tree: (
        await world.bot.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
          ...here,
          commit_sha: ref.data.object.sha,
        })
      ).data.tree.sha,
      parents: [ref.data.object.sha],
    });
    await runGit(clone, 'init', '--quiet');
    await remoteGit(clone, 'fetch', '--quiet', '--depth=1', 'https://github.com/octo/nixpkgs', commit.data.sha);
    expect(await runGit(clone, 'log', '-1', '--format=%s|%an|%cn', 'FETCH_HEAD')).toBe(
      'made by REST|modprobot[bot]|modprobot[bot]',
    );
  });

  it('asks for a password where a repository is private, and takes a token for it', async () => {
    await world.github.createRepository({ owner: 'octo', name: 'secret', private: true, files: { a: 'a' } });
    const listing = remoteGit(clone, 'ls-remote', 'https://github.com/octo/secret');
    await expect(listing).rejects.toThrow(/username|password|terminal|Authentication/i);
    const basic = Buffer.from(`x-access-token:${world.github.personalToken('octo')}`).toString('base64');
    const header = ['-c', `http.extraHeader=Authorization: Basic ${basic}`];
    expect(await remoteGit(clone, ...header, 'ls-remote', 'https://github.com/octo/secret')).toContain(
      'refs/heads/main',
    );
  });

  const foldersIn = async (archive: Buffer) => {
    const names = new Set<string>();
    const entries = extract();
    const unpacked = createGunzip();
    unpacked.pipe(entries);
    unpacked.end(archive);
    for await (const entry of entries) {
      names.add(entry.header.name.split('/')[0] ?? '');
      entry.resume();
    }
    return { names: [...names], raw: gunzipSync(archive).subarray(0, 1024).toString() };
  };

  it.each([
    ['refs/tags/v1.2', 'nixpkgs-1.2'],
    ['v1.2', 'nixpkgs-1.2'],
    ['refs/tags/very-2', 'nixpkgs-very-2'],
    ['refs/heads/topic/one', 'nixpkgs-topic-one'],
  ])('archives %s in the folder %s, with the commit in the pax header', async (revision, folder) => {
    const sha = await world.github.tag('octo/nixpkgs', { name: 'v1.2' });
    await world.github.tag('octo/nixpkgs', { name: 'very-2' });
    if (revision.endsWith('/one')) {
      await world.github.commit('octo/nixpkgs', { branch: 'topic/one', files: { b: 'b' }, message: 'topic' });
    }
    const first = await world.fetch(`https://github.com/octo/nixpkgs/archive/${revision}.tar.gz`, {
      redirect: 'manual',
    });
    expect(first.status).toBe(302);
    expect(first.headers.get('location')).toBe(`https://codeload.github.com/octo/nixpkgs/tar.gz/${revision}`);
    const answer = await world.fetch(`https://github.com/octo/nixpkgs/archive/${revision}.tar.gz`);
    const { names, raw } = await foldersIn(Buffer.from(await answer.arrayBuffer()));
    expect(names).toEqual([folder]);
    if (!revision.endsWith('/one')) expect(raw).toContain(`comment=${sha}`);
  });

  it('archives a commit under its full id', async () => {
    const sha = await world.github.tag('octo/nixpkgs', { name: 'v1.3' });
    const answer = await world.fetch(`https://github.com/octo/nixpkgs/archive/${sha}.tar.gz`);
    expect((await foldersIn(Buffer.from(await answer.arrayBuffer()))).names).toEqual([`nixpkgs-${sha}`]);
  });

  it('answers 404 for an archive of what is not there, and 300 for a name that is a tag and a branch', async () => {
    expect((await world.fetch('https://github.com/octo/nixpkgs/archive/v9.tar.gz')).status).toBe(404);
    await world.github.tag('octo/nixpkgs', { name: 'both' });
    await world.github.commit('octo/nixpkgs', { branch: 'both', files: { c: 'c' }, message: 'both' });
    expect((await world.fetch('https://github.com/octo/nixpkgs/archive/both.tar.gz')).status).toBe(300);
    expect((await world.fetch('https://github.com/octo/nixpkgs/archive/refs/tags/both.tar.gz')).status).toBe(200);
  });

  it('leads REST to archives too', async () => {
    const { url, data } = await world.bot.request('GET /repos/{owner}/{repo}/tarball/{ref}', {
      ...here,
      ref: 'master',
    });
    expect(url).toBe('https://codeload.github.com/octo/nixpkgs/legacy.tar.gz/master');
    expect((data as ArrayBuffer).byteLength).toBeGreaterThan(0);
    const zip = await world.bot.request('GET /repos/{owner}/{repo}/zipball/{ref}', { ...here, ref: 'master' });
    expect(
      Buffer.from(zip.data as ArrayBuffer)
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
  });

  it('keeps releases, with assets under the same names for browsers and REST', async () => {
    const content = Buffer.from('a kernel module');
    await world.github.release('octo/nixpkgs', { tag: 'v2.0', body: 'notes', assets: { 'driver.tar.gz': content } });
    await world.github.release('octo/nixpkgs', { tag: 'v2.1-rc1', prerelease: true });
    world.github.addAsset('octo/nixpkgs', 'v2.0', 'late.tar.gz', 'later');
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/releases/latest', here);
    expect(data).toMatchObject({ tag_name: 'v2.0', assets: [{ name: 'driver.tar.gz' }, { name: 'late.tar.gz' }] });
    const [asset] = data.assets;
    expect(asset?.digest).toBe(`sha256:${createHash('sha256').update(content).digest('hex')}`);
    const download = await world.fetch(asset?.browser_download_url ?? '');
    expect(await download.text()).toBe('a kernel module');
    const raw = await world.bot.request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', {
      ...here,
      asset_id: asset?.id ?? 0,
      headers: { accept: 'application/octet-stream' },
    });
    expect(Buffer.from(raw.data as unknown as ArrayBuffer).toString()).toBe('a kernel module');
    expect((await world.bot.request('GET /repos/{owner}/{repo}/releases', here)).data).toHaveLength(2);
    const byId = { ...here, release_id: data.id };
    const same = await world.bot.request('GET /repos/{owner}/{repo}/releases/{release_id}', byId);
    expect(same.data.tag_name).toBe('v2.0');
    const assets = await world.bot.request('GET /repos/{owner}/{repo}/releases/{release_id}/assets', byId);
    expect(assets.data).toHaveLength(2);
    const byTag = await world.bot.request('GET /repos/{owner}/{repo}/releases/tags/{tag}', {
      ...here,
      tag: 'v2.1-rc1',
    });
    expect(byTag.data.prerelease).toBe(true);
    const none = world.bot.request('GET /repos/{owner}/{repo}/releases/tags/{tag}', { ...here, tag: 'v3' });
    expect(await refusalOf(none)).toMatchObject({ status: 404 });
  });

  it('forks a repository with its history', async () => {
    await world.github.createRepository({ owner: 'ada', name: 'nixpkgs', forkOf: 'octo/nixpkgs' });
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}', { owner: 'ada', repo: 'nixpkgs' });
    expect(data).toMatchObject({ fork: true, has_issues: false, parent: { full_name: 'octo/nixpkgs' } });
    const file = await world.fetch('https://raw.githubusercontent.com/ada/nixpkgs/master/README.md');
    expect(await file.text()).toBe('hello\n');
  });
});
