import nock from 'nock';
import { createOctokitClass } from '../../src/github/octokit-class.js';
import type { Fetch } from '../../src/net/http.js';
import { quiet } from '../support/quiet.js';

const limited = (seconds: number) =>
  nock('https://api.github.com')
    .get('/zen')
    .reply(403, { message: 'You have exceeded a secondary rate limit.' }, { 'retry-after': `${seconds}` });
const answering = () => nock('https://api.github.com').get('/zen').reply(200, 'Keep it logically awesome.');

/** As the App uses it, but a second lasts a millisecond. */
function octokit() {
  const asked: string[] = [];
  const fetch = ((url: string, init?: RequestInit) => {
    asked.push(url);
    return globalThis.fetch(url, init);
  }) as unknown as Fetch;
  const Octokit = createOctokitClass({ fetch });
  const speed = { throttle: { retryAfterBaseValue: 1 }, retry: { retryAfterBaseValue: 1 } };
  return { asked, octokit: new Octokit({ auth: { token: 'secret' }, log: quiet, ...speed }) };
}

describe("the App's Octokit", () => {
  beforeAll(() => nock.disableNetConnect());
  afterEach(() => {
    expect(nock.pendingMocks()).toEqual([]);
    nock.cleanAll();
  });
  afterAll(() => nock.restore());

  it('asks through the fetch that it was given', async () => {
    answering();
    const { asked, octokit: one } = octokit();
    await one.request('GET /zen');
    expect(asked).toEqual(['https://api.github.com/zen']);
  });

  it('waits as long as a secondary limit asks for, if that is a minute at most', async () => {
    limited(60);
    answering();
    await expect(octokit().octokit.request('GET /zen')).resolves.toMatchObject({ status: 200 });
  });

  it('gives up at once when it would have to wait longer, and after waiting twice', async () => {
    limited(61);
    await expect(octokit().octokit.request('GET /zen')).rejects.toMatchObject({ status: 403 });
    for (let time = 0; time < 3; time += 1) limited(1);
    await expect(octokit().octokit.request('GET /zen')).rejects.toMatchObject({ status: 403 });
  });

  it('tries again after a bad gateway', async () => {
    nock('https://api.github.com').get('/zen').reply(502, 'Bad Gateway');
    answering();
    await expect(octokit().octokit.request('GET /zen')).resolves.toMatchObject({ status: 200 });
  });
});
