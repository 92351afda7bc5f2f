import { fork, here, refusalOf, startFork } from './fork.js';

type Fork = Awaited<ReturnType<typeof startFork>>;

describe('the GitHub stand-in, keeping pull requests', () => {
  let world: Fork;
  beforeAll(async () => {
    world = await startFork();
  });
  afterAll(() => world.github.close());
  afterEach(() => {
    expect(world.github.violations.splice(0)).toEqual([]);
  });

  let topics = 0;
  const topic = async () => {
    topics += 1;
    const branch = `modprobot/topic-${topics}`;
    await world.github.commit(fork, {
      branch,
      files: { [`file-${topics}`]: `${topics}\n` },
      message: `topic ${topics}`,
    });
    return branch;
  };
  const open = async (more: object = {}) => {
    const head = await topic();
    const { data } = await world.bot.request('POST /repos/{owner}/{repo}/pulls', {
      ...{ ...here, title: 'a driver: 1 -> 2', head, base: 'master', ...more },
    });
    return data;
  };
  const get = async (pull_number: number) =>
    (await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...here, pull_number })).data;
  const update = async (pull_number: number, more: object) =>
    (await world.bot.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { ...here, pull_number, ...more }))
      .data;

  it('opens one from a branch, as the App', async () => {
    const pull = await open({ body: 'text', draft: true });
    expect(pull).toMatchObject({
      ...{ state: 'open', draft: true, user: { login: 'modprobot[bot]', type: 'Bot' }, body: 'text' },
      ...{ commits: 1, changed_files: 1, additions: 1, base: { ref: 'master' }, merged: false },
    });
    const { stdout } = {
      stdout: await world.bot.request('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', { ...here, ref: 'pull/' }),
    };
    expect(stdout.data.map(({ ref }) => ref)).toContain(`refs/pull/${pull.number}/head`);
  });

  it('refuses a second one, one without commits, and one from or to nowhere', async () => {
    const { head } = await open();
    const make = (more: object) =>
      refusalOf(
        world.bot.request('POST /repos/{owner}/{repo}/pulls', {
          ...here,
          title: 'x',
          head: head.ref,
          base: 'master',
          ...more,
        }),
      );
    expect(await make({})).toMatchObject({
      status: 422,
      message: expect.stringContaining(`A pull request already exists for octo:${head.ref}.`),
    });
    expect(await make({ head: 'master' })).toMatchObject({
      message: expect.stringContaining('No commits between master and master'),
    });
    expect(await make({ head: 'nowhere' })).toMatchObject({
      status: 422,
      message: expect.stringContaining('"field":"head"'),
    });
    expect(await make({ base: 'nowhere' })).toMatchObject({ message: expect.stringContaining('"field":"base"') });
    expect(await make({ title: '' })).toMatchObject({ message: expect.stringContaining('missing_field') });
    expect(await make({ body: 'x'.repeat(65_537) })).toMatchObject({
      message: expect.stringContaining('body is too long (maximum is 65536 characters)'),
    });
  });

  it('makes one of two when two are asked for at once', async () => {
    const head = await topic();
    const ask = () =>
      world.bot.request('POST /repos/{owner}/{repo}/pulls', { ...here, title: 'x', head, base: 'master' });
    const answers = await Promise.allSettled([ask(), ask()]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('works out in the background whether one can be merged', async () => {
    const { number } = await open();
    expect(await get(number)).toMatchObject({ mergeable: null, mergeable_state: 'unknown' });
    expect(await get(number)).toMatchObject({ mergeable: true, mergeable_state: 'clean' });
    const rival = await open();
    await world.github.commit(fork, { files: { [`file-${topics}`]: 'otherwise\n' }, message: 'in the way' });
    await get(rival.number);
    expect(await get(rival.number)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
  });

  it('follows its branch, and closes when the branch goes', async () => {
    const { number, head } = await open();
    const sha = await world.github.commit(fork, {
      branch: head.ref,
      by: 'ada',
      files: { more: 'x' },
      message: 'by hand',
    });
    expect(await get(number)).toMatchObject({ head: { sha }, commits: 2 });
    await world.github.people.deleteBranch(fork, head.ref, 'ada');
    expect(await get(number)).toMatchObject({ state: 'closed', merged: false });
    const back = update(number, { state: 'open' });
    expect(await refusalOf(back)).toMatchObject({ message: expect.stringContaining('branch has been deleted') });
  });

  it('is merged by the button, or by a push that brings its commits', async () => {
    const one = await open();
    await world.github.people.merge(fork, one.number, 'octo', 'squash');
    expect(await get(one.number)).toMatchObject({ merged: true, state: 'closed', merged_by: { login: 'octo' } });
    const other = await open();
    const { data } = await world.bot.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
      ...{ ...here, ref: 'heads/master', sha: other.head.sha, force: true },
    });
    expect(data.object.sha).toBe(other.head.sha);
    expect(await get(other.number)).toMatchObject({ merged: true });
    const third = await open();
    const merged = await world.bot.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...here,
      pull_number: third.number,
    });
    expect(merged.data.merged).toBe(true);
    const draft = await open({ draft: true });
    const refused = world.bot.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...here,
      pull_number: draft.number,
    });
    expect(await refusalOf(refused)).toMatchObject({ status: 405 });
  });

  it('changes title, body, base and state', async () => {
    const { number } = await open();
    await world.github.commit(fork, { branch: 'staging', files: { staging: 'x' }, message: 'staging' });
    const changed = await update(number, { title: 'new', body: 'newer', base: 'staging', state: 'closed' });
    expect(changed).toMatchObject({ title: 'new', body: 'newer', base: { ref: 'staging' }, state: 'closed' });
    expect((await update(number, { state: 'open' })).state).toBe('open');
  });

  it('finds them by head, base and state, newest first, in pages', async () => {
    const first = await open();
    await update(first.number, { state: 'closed' });
    const search = (more: object) => world.bot.request('GET /repos/{owner}/{repo}/pulls', { ...here, ...more });
    const byHead = await search({ head: `octo:${first.head.ref}`, state: 'all' });
    expect(byHead.data.map(({ number }) => number)).toEqual([first.number]);
    expect((await search({ head: `octo:${first.head.ref}` })).data).toEqual([]);
    const second = await open();
    const page = await search({ state: 'all', per_page: 1 });
    expect(page.data.map(({ number }) => number)).toEqual([second.number]);
    expect(page.headers.link).toMatch(/page=2>; rel="next".*rel="last"/);
    const all = await world.bot.paginate('GET /repos/{owner}/{repo}/pulls', { ...here, state: 'all', per_page: 2 });
    expect(all.length).toBe(second.number);
  });

  it('shows its commits, files, diff and the pull requests of a commit', async () => {
    const { number, head } = await open();
    const path = { ...here, pull_number: number };
    const commits = await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/commits', path);
    expect(commits.data.map(({ sha }) => sha)).toEqual([head.sha]);
    const files = await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', path);
    expect(files.data.map(({ filename }) => filename)).toEqual([`file-${topics}`]);
    const diff = await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...path,
      mediaType: { format: 'diff' },
    });
    expect(String(diff.data)).toContain(`+++ b/file-${topics}`);
    const holding = await world.bot.request('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', {
      ...here,
      commit_sha: head.sha,
    });
    expect(holding.data.map((pull) => pull.number)).toEqual([number]);
  });

  it('asks collaborators alone for a review', async () => {
    const { number } = await open();
    world.github.people.addCollaborator(fork, 'grace');
    const ask = (login: string) =>
      world.bot.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
        ...{ ...here, pull_number: number, reviewers: [login] },
      });
    expect((await ask('grace')).data.requested_reviewers?.map(({ login }) => login)).toEqual(['grace']);
    expect(await refusalOf(ask('stranger'))).toMatchObject({
      status: 422,
      message: expect.stringContaining('collaborators'),
    });
    world.github.people.review(fork, number, 'grace', 'APPROVED', 'fine');
    const reviews = await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
      ...here,
      pull_number: number,
    });
    expect(reviews.data).toMatchObject([{ state: 'APPROVED', user: { login: 'grace' } }]);
  });

  it('takes one from a fork of the fork', async () => {
    await world.github.createRepository({ owner: 'ada', name: 'nixpkgs', forkOf: fork });
    await world.github.commit('ada/nixpkgs', { branch: 'mine', files: { mine: 'x' }, message: 'mine' });
    const { number } = await world.github.people.openPull(fork, 'ada', {
      title: 'mine',
      head: 'ada:mine',
      base: 'master',
    });
    expect(await get(number)).toMatchObject({ head: { label: 'ada:mine' }, user: { login: 'ada' }, changed_files: 1 });
  });
});
