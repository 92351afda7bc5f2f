import nock from 'nock';
import { Fault } from '../../src/errors.js';
import { forgeOf } from './octokit.js';

const forge = forgeOf('octo', 'nixpkgs');

/** What the forge throws when GitHub answers the question for a branch like this. */
async function faultOf(status: number, body: nock.Body, headers: nock.ReplyHeaders = {}): Promise<Fault> {
  nock('https://api.github.com').get('/repos/octo/nixpkgs/git/ref/heads%2Fmaster').reply(status, body, headers);
  const thrown = await forge.branchHead('master').catch((error: unknown) => error);
  if (!(thrown instanceof Fault)) throw new Error(`no fault, but ${thrown}`);
  return thrown;
}

const limited = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };

describe('an error of GitHub', () => {
  beforeAll(() => nock.disableNetConnect());
  afterEach(() => nock.cleanAll());
  afterAll(() => nock.restore());

  it.each([
    [401, { message: 'Bad credentials' }, 'github-unauthorized'],
    [403, { message: 'Resource not accessible by integration' }, 'github-forbidden'],
    [404, { message: 'Not Found' }, 'github-not-found'],
    [409, { message: 'Git Repository is empty.' }, 'github-unexpected'],
    [410, { message: 'Issues has been disabled in this repository.' }, 'github-gone'],
    [422, { message: 'Validation Failed', errors: [{ field: 'head', code: 'invalid' }] }, 'github-invalid'],
    [429, { message: 'Too many requests' }, 'github-rate-limited'],
    [502, { message: 'Server Error' }, 'github-unavailable'],
    [503, 'Unicorn!', 'github-unavailable'],
  ])(
    '%i %j becomes a fault that names the repository, what was being done and what to do',
    async (status, body, code) => {
      nock('https://api.github.com').get('/repos/octo/nixpkgs').reply(status, body);
      const fault = (await forge.repository().catch((error: unknown) => error)) as Fault;
      expect(fault).toMatchObject({ code, data: { repository: 'octo/nixpkgs', status } });
      expect(fault.message).toMatch(/^octo\/nixpkgs: cannot read the repository: GitHub answered \d+ \(.+\)\. .+\.$/);
      expect(fault.cause).toBeInstanceOf(Error);
    },
  );

  it('says how long to wait when a secondary limit names it', async () => {
    const fault = await faultOf(403, limited, { 'retry-after': '17' });
    expect(fault).toMatchObject({ code: 'github-rate-limited', data: { retryAfterSeconds: 17 } });
  });

  it('waits a minute after a secondary limit that names no time', async () => {
    const fault = await faultOf(403, limited, {});
    expect(fault).toMatchObject({ code: 'github-rate-limited', data: { retryAfterSeconds: 60 } });
  });

  it('waits for the reset when the hourly quota is used up', async () => {
    const reset = Math.floor(Date.now() / 1000) + 600;
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
    const fault = await faultOf(403, { message: 'API rate limit exceeded' }, headers);
    expect(fault.code).toBe('github-rate-limited');
    expect(fault.data.retryAfterSeconds).toBeGreaterThan(500);
    expect(fault.data.retryAfterSeconds).toBeLessThanOrEqual(600);
  });

  it('takes a 304, which Octokit throws, for an answer that nobody asked for', async () => {
    expect((await faultOf(304, '')).code).toBe('github-unexpected');
  });

  it('tells silence from an answer', async () => {
    nock('https://api.github.com').get('/repos/octo/nixpkgs').replyWithError('connect ECONNREFUSED');
    await expect(forge.repository()).rejects.toMatchObject({
      code: 'github-unavailable',
      message: expect.stringContaining('no answer (connect ECONNREFUSED)'),
    });
  });

  it('never shows the token', async () => {
    const fault = await faultOf(401, { message: 'Bad credentials' });
    const everything = JSON.stringify([fault.message, fault.data, fault.cause, (fault.cause as Error).stack]);
    expect(everything).not.toContain('secret');
  });

  it.each([
    ['FORBIDDEN', 'github-forbidden'],
    ['NOT_FOUND', 'github-not-found'],
    ['RATE_LIMITED', 'github-rate-limited'],
    ['UNPROCESSABLE', 'github-invalid'],
  ])('is seen in GraphQL too, where %s comes with status 200', async (type, code) => {
    nock('https://api.github.com')
      .post('/graphql')
      .reply(200, { data: null, errors: [{ type, message: 'no' }] });
    const pullRequest = {
      number: 7,
      nodeId: 'PR_7',
      url: '',
      state: 'open',
      draft: false,
      author: '',
      headSha: '',
      title: '',
      body: '',
    } as const;
    await expect(forge.convertToDraft(pullRequest)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('octo/nixpkgs: cannot make a draft of pull request 7'),
    });
  });
});
