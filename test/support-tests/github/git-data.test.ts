import { here, refusalOf, startFork } from './fork.js';

type Fork = Awaited<ReturnType<typeof startFork>>;

describe('the GitHub stand-in, writing git data', () => {
  let world: Fork;
  beforeAll(async () => {
    world = await startFork();
  });
  afterAll(() => world.github.close());
  afterEach(() => {
    expect(world.github.violations.splice(0)).toEqual([]);
  });

  const head = async (branch = 'master') => {
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
      ...here,
      ref: `heads/${branch}`,
    });
    return data.object.sha;
  };

  /** A commit on top of `parent` that sets one file, made as the App makes its own. */
  const commit = async (parent: string, path: string, content: string) => {
    const { data: tree } = await world.bot.request('POST /repos/{owner}/{repo}/git/trees', {
      ...here,
      base_tree: parent,
      tree: [{ path, mode: '100644', type: 'blob', content }],
    });
    const { data } = await world.bot.request('POST /repos/{owner}/{repo}/git/commits', {
      ...here,
      message: `set ${path}`,
      tree: tree.sha,
      parents: [parent],
    });
    return data.sha;
  };

  const branch = (name: string, sha: string) =>
    world.bot.request('POST /repos/{owner}/{repo}/git/refs', { ...here, ref: `refs/heads/${name}`, sha });

  const read = async (path: string, ref: string) => {
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/contents/{path}', {
      ...here,
      path,
      ref,
      mediaType: { format: 'raw' },
    });
    return String(data);
  };

  it('keeps the rest of the tree under a commit, as the author that was asked for', async () => {
    const { data: blob } = await world.bot.request('POST /repos/{owner}/{repo}/git/blobs', {
      ...here,
      content: Buffer.from('bytes \u0000').toString('base64'),
      encoding: 'base64',
    });
    const { data: tree } = await world.bot.request('POST /repos/{owner}/{repo}/git/trees', {
      ...here,
      base_tree: await head(),
      tree: [
        { path: 'pkgs/new/deep', mode: '100755', type: 'blob', sha: blob.sha },
        { path: 'README.md', mode: '100644', type: 'blob', sha: null },
      ],
    });
    const person = { name: 'Ada', email: 'ada@example.org', date: '2026-01-02T03:04:05Z' };
    const { data: made } = await world.bot.request('POST /repos/{owner}/{repo}/git/commits', {
      ...here,
      ...{ message: 'a subject\n\na body', tree: tree.sha, parents: [await head()], author: person },
    });
    expect(made).toMatchObject({ message: 'a subject\n\na body', author: person, committer: person });
    const { data: all } = await world.bot.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
      ...here,
      tree_sha: made.sha,
      recursive: '1',
    });
    expect(all.tree.filter(({ type }) => type === 'blob').map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      '100644 pkgs/driver/default.nix',
      '100755 pkgs/new/deep',
    ]);
    const { data: bytes } = await world.bot.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
      ...here,
      file_sha: blob.sha,
    });
    expect(Buffer.from(bytes.content, 'base64').toString()).toBe('bytes \u0000');
  });

  it('refuses trees with paths that climb, with objects that are not there, or that delete nothing', async () => {
    const tree = (entry: object, base = true) =>
      refusalOf(
        (async () =>
          world.bot.request('POST /repos/{owner}/{repo}/git/trees', {
            ...here,
            ...(base ? { base_tree: await head() } : {}),
            tree: [{ mode: '100644', type: 'blob', ...entry }],
          }))(),
      );
    expect(await tree({ path: '../x', content: 'x' })).toMatchObject({ status: 422 });
    expect(await tree({ path: '.git/config', content: 'x' })).toMatchObject({ status: 422 });
    expect(await tree({ path: 'x', sha: 'f'.repeat(40) })).toMatchObject({ status: 422 });
    expect(await tree({ path: 'nowhere', sha: null })).toMatchObject({
      message: expect.stringContaining('BadObjectState'),
    });
  });

  it('refuses commits on trees and parents that are not there', async () => {
    const commitOn = (what: { tree: string; parents: string[] }) =>
      refusalOf(world.bot.request('POST /repos/{owner}/{repo}/git/commits', { ...here, message: 'x', ...what }));
    const sha = await head();
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
      ...here,
      commit_sha: sha,
    });
    expect(await commitOn({ tree: 'f'.repeat(40), parents: [] })).toMatchObject({
      message: expect.stringContaining('Tree SHA'),
    });
    expect(await commitOn({ tree: data.tree.sha, parents: ['f'.repeat(40)] })).toMatchObject({
      message: expect.stringContaining('Parent SHA'),
    });
  });

  it('creates, moves and deletes branches, each under its condition', async () => {
    const base = await head();
    const one = await commit(base, 'a', '1');
    const other = await commit(base, 'a', '2');
    await branch('topic', one);
    expect(await refusalOf(branch('topic', one))).toMatchObject({
      message: expect.stringContaining('Reference already exists'),
    });
    expect(await refusalOf(branch('bad..name', one))).toMatchObject({ status: 422 });
    expect(await refusalOf(branch('fresh', 'f'.repeat(40)))).toMatchObject({
      message: expect.stringContaining('Object does not exist'),
    });
    const move = (sha: string, force?: boolean) =>
      world.bot.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
        ...here,
        ref: 'heads/topic',
        sha,
        ...(force === undefined ? {} : { force }),
      });
    expect(await refusalOf(move(other))).toMatchObject({
      status: 422,
      message: expect.stringContaining('Update is not a fast forward'),
    });
    await move(other, true);
    expect(await head('topic')).toBe(other);
    const ref = { ...here, ref: 'heads/topic' };
    const matching = await world.bot.request('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', {
      ...here,
      ref: 'heads/to',
    });
    expect(matching.data.map((one) => one.ref)).toEqual(['refs/heads/topic']);
    await world.bot.request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', ref);
    expect(await refusalOf(world.bot.request('GET /repos/{owner}/{repo}/git/ref/{ref}', ref))).toMatchObject({
      status: 404,
    });
    expect(await refusalOf(world.bot.request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', ref))).toMatchObject({
      message: expect.stringContaining('Reference does not exist'),
    });
  });

  it('gives files as JSON or raw, and directories as lists', async () => {
    expect(await read('README.md', 'master')).toBe('hello\n');
    const file = await world.bot.request('GET /repos/{owner}/{repo}/contents/{path}', { ...here, path: 'README.md' });
    expect(file.data).toMatchObject({ type: 'file', encoding: 'base64', size: 6 });
    const root = await world.bot.request('GET /repos/{owner}/{repo}/contents/{path}', { ...here, path: '' });
    expect((root.data as { name: string; type: string }[]).map(({ name, type }) => [name, type])).toEqual([
      ['README.md', 'file'],
      ['pkgs', 'dir'],
    ]);
    const missing = world.bot.request('GET /repos/{owner}/{repo}/contents/{path}', { ...here, path: 'nothing' });
    expect(await refusalOf(missing)).toMatchObject({ status: 404 });
  });

  it('changes a file through contents only for those who know what it was', async () => {
    await branch('contents', await head());
    const put = (more: object) =>
      world.bot.request('PUT /repos/{owner}/{repo}/contents/{path}', {
        ...{ ...here, path: 'README.md', message: 'change', branch: 'contents' },
        ...{ content: Buffer.from('changed\n').toString('base64'), ...more },
      });
    expect(await refusalOf(put({}))).toMatchObject({ status: 422 });
    expect(await refusalOf(put({ sha: 'f'.repeat(40) }))).toMatchObject({ status: 409 });
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/contents/{path}', {
      ...here,
      path: 'README.md',
    });
    await put({ sha: (data as { sha: string }).sha });
    expect(await read('README.md', 'contents')).toBe('changed\n');
    await put({ path: '.github/modprobot.yml' });
    expect(await read('.github/modprobot.yml', 'contents')).toBe('changed\n');
  });

  it('tells commits, branches and comparisons', async () => {
    const base = await head();
    const tip = await commit(await commit(base, 'pkgs/driver/default.nix', 'version = "1.1";\n'), 'b', 'b\n');
    await branch('compared', tip);
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
      ...here,
      basehead: 'master...compared',
    });
    expect(data).toMatchObject({ status: 'ahead', ahead_by: 2, behind_by: 0, merge_base_commit: { sha: base } });
    expect(
      data.files?.map(({ filename, status, additions, deletions }) => [filename, status, additions, deletions]),
    ).toEqual([
      ['b', 'added', 1, 0],
      ['pkgs/driver/default.nix', 'modified', 1, 1],
    ]);
    expect(data.files?.[1]?.patch).toContain('+version = "1.1";');
    const one = await world.bot.request('GET /repos/{owner}/{repo}/commits/{ref}', { ...here, ref: 'compared' });
    expect(one.data).toMatchObject({ sha: tip, stats: { additions: 1 }, author: { login: 'modprobot[bot]' } });
    const log = await world.bot.request('GET /repos/{owner}/{repo}/commits', { ...here, sha: 'compared', path: 'b' });
    expect(log.data.map(({ sha }) => sha)).toEqual([tip]);
    const found = await world.bot.request('GET /repos/{owner}/{repo}/branches/{branch}', {
      ...here,
      branch: 'compared',
    });
    expect(found.data.commit.sha).toBe(tip);
    const all = await world.bot.request('GET /repos/{owner}/{repo}/branches', here);
    expect(all.data.map(({ name }) => name)).toContain('compared');
    const reverse = await world.bot.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
      ...here,
      basehead: 'compared...master',
    });
    expect(reverse.data).toMatchObject({ status: 'behind', behind_by: 2 });
    const unknown = world.bot.request('GET /repos/{owner}/{repo}/commits/{ref}', { ...here, ref: 'f'.repeat(40) });
    expect(await refusalOf(unknown)).toMatchObject({ status: 422 });
  });

  it('compares across a fork', async () => {
    await world.github.createRepository({ owner: 'ada', name: 'nixpkgs', forkOf: 'octo/nixpkgs' });
    await world.github.commit('ada/nixpkgs', { branch: 'mine', files: { mine: 'x' }, message: 'mine' });
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
      ...here,
      basehead: 'master...ada:mine',
    });
    expect(data.ahead_by).toBe(1);
  });

  it('makes annotated tags', async () => {
    const sha = await head();
    const { data } = await world.bot.request('POST /repos/{owner}/{repo}/git/tags', {
      ...here,
      ...{ tag: 'v1', message: 'one', object: sha, type: 'commit' },
    });
    await world.bot.request('POST /repos/{owner}/{repo}/git/refs', { ...here, ref: 'refs/tags/v1', sha: data.sha });
    expect(data.object.sha).toBe(sha);
  });
});
