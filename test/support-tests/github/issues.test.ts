import { fork, here, refusalOf, startFork } from './fork.js';

type Fork = Awaited<ReturnType<typeof startFork>>;

describe('the GitHub stand-in, keeping issues and comments', () => {
  let world: Fork;
  beforeAll(async () => {
    world = await startFork();
    await world.github.createRepository({ owner: 'octo', name: 'quiet', issues: false, files: { a: 'a' } });
    world.github.addToInstallation(world.installation, 'octo/quiet');
  });
  afterAll(() => world.github.close());
  afterEach(() => {
    expect(world.github.violations.splice(0)).toEqual([]);
  });

  const open = async (more: object = {}) =>
    (await world.bot.request('POST /repos/{owner}/{repo}/issues', { ...here, title: 'dashboard', ...more })).data;

  it('opens, edits, closes and lists them, pull requests among them', async () => {
    const { number } = await open({ body: 'text', labels: ['kernel'], assignees: ['octo', 'stranger'] });
    const path = { ...here, issue_number: number };
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/issues/{issue_number}', path);
    expect(data).toMatchObject({
      body: 'text',
      labels: [{ name: 'kernel' }],
      assignees: [{ login: 'octo' }],
      comments: 0,
    });
    await world.github.commit(fork, { branch: 'topic', files: { topic: 'x' }, message: 'topic' });
    const pull = await world.bot.request('POST /repos/{owner}/{repo}/pulls', {
      ...here,
      title: 'pull',
      head: 'topic',
      base: 'master',
    });
    const list = await world.bot.request('GET /repos/{owner}/{repo}/issues', here);
    expect(list.data.map((one) => [one.number, one.pull_request !== undefined])).toEqual([
      [pull.data.number, true],
      [number, false],
    ]);
    const closed = await world.bot.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
      ...{ ...path, state: 'closed', state_reason: 'not_planned', body: null },
    });
    expect(closed.data).toMatchObject({ state: 'closed', state_reason: 'not_planned', body: null });
    const labelled = await world.bot.request('GET /repos/{owner}/{repo}/issues', {
      ...here,
      labels: 'kernel',
      state: 'all',
    });
    expect(labelled.data.map((one) => one.number)).toEqual([number]);
  });

  it('answers 410 where issues are off, but lets pull requests be discussed there', async () => {
    const quiet = { owner: 'octo', repo: 'quiet' };
    const refusal = await refusalOf(world.bot.request('POST /repos/{owner}/{repo}/issues', { ...quiet, title: 'x' }));
    expect(refusal).toMatchObject({ status: 410, message: expect.stringContaining('Issues has been disabled') });
    await world.github.commit('octo/quiet', { branch: 'topic', files: { topic: 'x' }, message: 'topic' });
    const pull = await world.bot.request('POST /repos/{owner}/{repo}/pulls', {
      ...quiet,
      title: 'p',
      head: 'topic',
      base: 'main',
    });
    const comment = await world.bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...{ ...quiet, issue_number: pull.data.number, body: 'seen' },
    });
    expect(comment.data.body).toBe('seen');
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/issues', quiet);
    expect(data.map(({ number }) => number)).toEqual([pull.data.number]);
  });

  it('keeps comments and reactions, the same one only once', async () => {
    const { number } = await open();
    const said = world.github.people.comment(fork, number, 'ada', '/modprobot rebuild');
    const path = { ...here, comment_id: said.id };
    const react = () =>
      world.bot.request('POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', {
        ...path,
        content: 'eyes',
      });
    const first = await react();
    expect([first.status, (await react()).status]).toEqual([201, 200]);
    const reactions = await world.bot.request('GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', path);
    expect(reactions.data).toMatchObject([{ content: 'eyes', user: { login: 'modprobot[bot]' } }]);
    await world.bot.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}', {
      ...{ ...path, reaction_id: first.data.id },
    });
    const { data: answer } = await world.bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...{ ...here, issue_number: number, body: 'done' },
    });
    await world.bot.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      ...here,
      comment_id: answer.id,
      body: 'done!',
    });
    const list = await world.bot.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...here,
      issue_number: number,
    });
    expect(list.data.map(({ body, user }) => [user?.login, body])).toEqual([
      ['ada', '/modprobot rebuild'],
      ['modprobot[bot]', 'done!'],
    ]);
    expect(
      (await world.bot.request('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', path)).data.reactions
        ?.total_count,
    ).toBe(0);
    await world.bot.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      ...here,
      comment_id: answer.id,
    });
    const blank = world.bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...here,
      issue_number: number,
      body: ' ',
    });
    expect(await refusalOf(blank)).toMatchObject({ status: 422 });
    const issueReaction = { ...here, issue_number: number, content: '+1' } as const;
    expect(
      (await world.bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/reactions', issueReaction)).status,
    ).toBe(201);
  });

  it('takes a reaction back, and says whom it can assign', async () => {
    const { number } = await open();
    const path = { ...here, issue_number: number };
    const issues = '/repos/{owner}/{repo}/issues/{issue_number}/reactions' as const;
    const { data } = await world.bot.request(`POST ${issues}`, { ...path, content: 'heart' });
    expect((await world.bot.request(`GET ${issues}`, path)).data).toHaveLength(1);
    await world.bot.request(`DELETE ${issues}/{reaction_id}`, { ...path, reaction_id: data.id });
    expect((await world.bot.request(`GET ${issues}`, path)).data).toEqual([]);
    const can = (assignee: string) =>
      world.bot.request('GET /repos/{owner}/{repo}/assignees/{assignee}', { ...here, assignee });
    expect((await can('octo')).status).toBe(204);
    expect((await refusalOf(can('ada'))).status).toBe(404);
  });

  it('keeps labels', async () => {
    const { number } = await open();
    const path = { ...here, issue_number: number };
    const make = () =>
      world.bot.request('POST /repos/{owner}/{repo}/labels', { ...here, name: 'driver', color: 'ff0000' });
    await make();
    expect(await refusalOf(make())).toMatchObject({ status: 422, message: expect.stringContaining('already_exists') });
    await world.bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
      ...path,
      labels: ['driver', 'new'],
    });
    await world.bot.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
      ...path,
      name: 'new',
    });
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', path);
    expect(data.map(({ name }) => name)).toEqual(['driver']);
    const again = world.bot.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
      ...path,
      name: 'new',
    });
    expect(await refusalOf(again)).toMatchObject({ status: 404 });
    expect((await world.bot.request('GET /repos/{owner}/{repo}/labels', here)).data.length).toBeGreaterThan(1);
    expect(
      (await world.bot.request('GET /repos/{owner}/{repo}/labels/{name}', { ...here, name: 'driver' })).data.color,
    ).toBe('ff0000');
    await world.bot.request('PUT /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...path, labels: ['only'] });
    await world.bot.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels', path);
  });

  it('assigns those who may write, and takes them off again', async () => {
    const { number } = await open();
    const ask = { ...here, issue_number: number, assignees: ['octo', 'stranger'] };
    const { data } = await world.bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/assignees', ask);
    expect(data.assignees?.map(({ login }) => login)).toEqual(['octo']);
    const after = await world.bot.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees', ask);
    expect(after.data.assignees).toEqual([]);
  });

  it('says what a person may do', async () => {
    world.github.people.addCollaborator(fork, 'grace', 'maintain');
    const ask = async (username: string) =>
      (await world.bot.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', { ...here, username }))
        .data;
    expect(await ask('octo')).toMatchObject({ permission: 'admin' });
    expect(await ask('grace')).toMatchObject({ permission: 'write', role_name: 'maintain' });
    expect(await ask('ada')).toMatchObject({ permission: 'read' });
    expect(await refusalOf(ask('nobody-at-all'))).toMatchObject({ status: 404 });
    const everybody = await world.bot.request('GET /repos/{owner}/{repo}/collaborators', here);
    expect(everybody.data.map(({ login }) => login)).toEqual(['octo', 'grace']);
    const check = { ...here, username: 'grace' };
    expect((await world.bot.request('GET /repos/{owner}/{repo}/collaborators/{username}', check)).status).toBe(204);
  });

  it('searches', async () => {
    const { number } = await open({ title: 'find me', body: '<!-- modprobot:v4l2loopback -->' });
    const q = `repo:${fork} is:issue is:open author:app/modprobot in:body "modprobot:v4l2loopback"`;
    const { data } = await world.bot.request('GET /search/issues', { q });
    expect(data.items.map((item) => item.number)).toEqual([number]);
    expect((await world.bot.request('GET /search/issues', { q: `repo:${fork} is:pr find` })).data.total_count).toBe(0);
    expect(await refusalOf(world.bot.request('GET /search/issues', { q: 'sort:odd' }))).toMatchObject({ status: 422 });
  });

  it('lets an App without the permission for issues comment on pull requests alone', async () => {
    const { data } = await world.app.request('POST /app/installations/{installation_id}/access_tokens', {
      installation_id: world.installation,
      permissions: { pull_requests: 'write', contents: 'write' },
    });
    const limited = world.withToken(data.token);
    const say = (issue_number: number) =>
      limited.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...here,
        issue_number,
        body: 'x',
      });
    const issue = await open();
    expect(await refusalOf(say(issue.number))).toMatchObject({ status: 403 });
    await world.github.commit(fork, { branch: 'limited', files: { limited: 'x' }, message: 'x' });
    const pull = await limited.request('POST /repos/{owner}/{repo}/pulls', {
      ...here,
      title: 'p',
      head: 'limited',
      base: 'master',
    });
    expect((await say(pull.data.number)).status).toBe(201);
  });
});
