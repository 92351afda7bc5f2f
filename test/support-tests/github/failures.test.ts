import { badDays, startGitHub } from '../../support/github/index.js';
import { fork, here, refusalOf, startFork } from './fork.js';

type Fork = Awaited<ReturnType<typeof startFork>>;

describe('the GitHub stand-in, on a bad day', () => {
  let world: Fork;
  beforeAll(async () => {
    world = await startFork();
  });
  afterAll(() => world.github.close());

  const ask = () => world.bot.request('GET /repos/{owner}/{repo}', here);
  const repository = { method: 'GET', path: '/repos/octo/nixpkgs' };

  it('fails as often as it was told to, and not once more', async () => {
    world.github.failNext(repository, { ...badDays.badGateway, times: 2 });
    expect((await refusalOf(ask())).status).toBe(502);
    expect((await refusalOf(ask())).status).toBe(502);
    expect((await ask()).status).toBe(200);
  });

  it('answers with a secondary limit that says when to come back', async () => {
    world.github.failNext(repository, badDays.secondaryLimit(7));
    expect(await refusalOf(ask())).toMatchObject({ status: 403, response: { headers: { 'retry-after': '7' } } });
  });

  it('can lose the answer to a request that took effect', async () => {
    world.github.failNext({ method: 'POST', path: /labels$/ }, { ...badDays.badGateway, after: 'it took effect' });
    const make = world.bot.request('POST /repos/{owner}/{repo}/labels', { ...here, name: 'made', color: 'ededed' });
    expect((await refusalOf(make)).status).toBe(502);
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/labels', here);
    expect(data.map(({ name }) => name)).toEqual(['made']);
  });

  it('can break an archive off in the middle', async () => {
    await world.github.tag(fork, { name: 'v1' });
    world.github.failNext({ host: 'codeload.github.com' }, { cutAfter: 40 });
    const answer = await world.fetch('https://github.com/octo/nixpkgs/archive/refs/tags/v1.tar.gz');
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  it('counts requests, and refuses when there are none left', async () => {
    const { headers } = await ask();
    expect(headers).toMatchObject({ 'x-ratelimit-limit': '5000', 'x-ratelimit-resource': 'core' });
    world.github.leaveRequests(1);
    expect((await ask()).headers['x-ratelimit-remaining']).toBe('0');
    expect(await refusalOf(ask())).toMatchObject({
      status: 403,
      message: expect.stringContaining('API rate limit exceeded'),
    });
    expect((await world.bot.request('GET /rate_limit')).data.rate.remaining).toBe(0);
    world.github.leaveRequests(5000);
  });

  it('does not send again what the client has', async () => {
    const { headers } = await ask();
    const again = world.bot.request('GET /repos/{owner}/{repo}', {
      ...here,
      headers: { 'if-none-match': headers.etag ?? '' },
    });
    expect((await refusalOf(again)).status).toBe(304);
    const paged = await world.bot.request('GET /repos/{owner}/{repo}/branches', { ...here, per_page: 1 });
    expect(paged.headers.etag).toBeDefined();
  });

  it('records every request with who made it and how it ended', async () => {
    await ask();
    const last = world.github.requests.at(-1);
    expect(last).toMatchObject({
      ...repository,
      host: 'api.github.com',
      caller: `installation ${world.installation}`,
      status: 200,
    });
  });

  it('refuses and records what GitHub does not describe', async () => {
    expect(world.github.violations.splice(0)).toEqual([]);
    const odd = { ...here, title: 'x', head: 'a', base: 'b', labels: ['not here'] };
    expect((await refusalOf(world.bot.request('POST /repos/{owner}/{repo}/pulls', odd))).status).toBe(422);
    expect(
      (await refusalOf(world.bot.request('GET /repos/{owner}/{repo}/pulls', { ...here, stat: 'all' }))).status,
    ).toBe(422);
    expect((await refusalOf(world.bot.request('GET /repos/{owner}/{repo}/nonsense', here))).status).toBe(501);
    expect(world.github.violations.splice(0)).toEqual([
      'POST /repos/{owner}/{repo}/pulls: request: body property labels is not described',
      'GET /repos/{owner}/{repo}/pulls: request: query parameter stat is not described',
      'the stand-in does not serve GET /repos/octo/nixpkgs/nonsense',
    ]);
  });

  it('takes a host with a port for the host', async () => {
    const answer = await world.fetch('https://api.github.com/repos/octo/nixpkgs', {
      headers: { host: 'api.github.com:34567' },
    });
    expect(answer.status).toBe(200);
  });

  it('leaves nothing behind', async () => {
    const { mkdtemp, readdir, rm } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const dataDir = await mkdtemp(`${tmpdir()}/stand-in-data-`);
    const other = await startGitHub({ dataDir });
    await other.createRepository({ owner: 'a', name: 'b', files: { c: 'c' } });
    await other.close();
    expect(await readdir(dataDir)).toEqual([]);
    await rm(dataDir, { recursive: true });
  });
});
