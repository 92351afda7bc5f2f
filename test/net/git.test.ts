import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGit } from '../../src/net/git.js';
import { createFetch } from '../../src/net/http.js';
import { createAddressPolicy } from '../../src/net/policy.js';
import { type HttpsServer, git as prepare, serveGit, startHttpsServer } from '../support/git-server.js';
import { netTo } from '../support/net.js';

const limits = { timeoutMs: 20_000, maxOutputBytes: 100_000 };
const token = 'ghs_secret';
const lsRemote = (url: string) => ['ls-remote', '--', url];
const redirects = [
  ['/password/', 'https://user:secret@codeberg.org'],
  ['/plain/', 'http://codeberg.org'],
  ['/inside/', 'https://10.0.0.1'],
] as const;
let directory: string;
let server: HttpsServer;
const seen: { host: string | undefined; path: string; authorization: string | undefined }[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'modprobot-git-'));
  await prepare(directory, 'init', '-q', '-b', 'main');
  await prepare(directory, 'commit', '-q', '--allow-empty', '-m', 'First');
  server = await startHttpsServer(['github.com', 'codeberg.org'], async (request, response) => {
    const { host, authorization } = request.headers;
    seen.push({ host: host?.split(':')[0], path: request.url ?? '', authorization });
    if (request.url?.startsWith('/moved/')) {
      response.writeHead(301, { location: `https://codeberg.org${request.url.replace('moved', 'owner')}` }).end();
    } else if (redirects.some(([from]) => request.url?.startsWith(from))) {
      const [, to] = redirects.find(([from]) => request.url?.startsWith(from)) ?? [];
      response.writeHead(301, { location: `${to}${request.url}` }).end();
    } else if (request.url?.startsWith('/loop/')) {
      response.writeHead(301, { location: request.url }).end();
    } else if (!request.url?.startsWith('/silent/')) {
      await serveGit(path.join(directory, '.git'), request, response);
    }
  });
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(() => {
  seen.length = 0;
});

const { remote, local } = {
  remote: (address: string, options = {}) => netTo(server).git.remote(address, lsRemote, { ...limits, ...options }),
  local: (args: string[], options = {}) => netTo(server).git.local(args, { ...limits, directory, ...options }),
};

describe('git with a server', () => {
  it('names the real host, wherever the operator leads the connection', async () => {
    await expect(remote('https://github.com/owner/repo')).resolves.toContain('refs/heads/main');
    expect(new Set(seen.map(({ host }) => host))).toEqual(new Set(['github.com']));
  });

  it('gives a token to the host that it is for', async () => {
    await remote('https://github.com/owner/repo', { token });
    expect(seen.every(({ authorization }) => authorization?.startsWith('Basic ') === true)).toBe(true);
  });

  it('never gives a token to the host that a redirect leads to', async () => {
    await expect(remote('https://github.com/moved/repo', { token })).resolves.toContain('refs/heads/main');
    const elsewhere = seen.filter(({ host }) => host === 'codeberg.org');
    expect(elsewhere.length).toBeGreaterThan(0);
    expect(elsewhere.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it('follows no circle', async () => {
    await expect(remote('https://github.com/loop/repo')).rejects.toMatchObject({ code: 'git-failed' });
  });

  it.each([
    ['with credentials', '/password/repo'],
    ['to plain http', '/plain/repo'],
    ['to the inside', '/inside/repo'],
  ])('follows no redirect %s', async (_where, repository) => {
    await expect(remote(`https://github.com${repository}`)).rejects.toMatchObject({ code: 'address-refused' });
    expect(new Set(seen.map(({ host }) => host))).toEqual(new Set(['github.com']));
  });

  it.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fe80::1', '::ffff:192.168.0.1'])(
    'never connects to a known name that resolves to %s',
    async (address) => {
      const policy = createAddressPolicy({
        hosts: {},
        allowedHosts: [],
        resolve: async () => ['140.82.121.4', address],
      });
      const git = createGit(policy, createFetch(policy));
      const listing = git.remote('https://github.com/owner/repo', lsRemote, limits);
      await expect(listing).rejects.toMatchObject({ code: 'address-refused' });
    },
  );

  it('gives up when the server falls silent', async () => {
    await expect(remote('https://github.com/silent/repo', { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'git-timeout',
    });
  });

  it('takes no more output than the limit', async () => {
    await expect(remote('https://github.com/owner/repo', { maxOutputBytes: 10 })).rejects.toMatchObject({
      code: 'git-output-too-large',
    });
  });
});

describe('git on its own', () => {
  it('sees nothing of the environment but the path', async () => {
    process.env.GIT_AUTHOR_NAME = 'Somebody else';
    process.env.GIT_DIR = '/nowhere';
    try {
      await expect(local(['rev-parse', '--git-dir'])).resolves.toBe('.git\n');
    } finally {
      delete process.env.GIT_AUTHOR_NAME;
      delete process.env.GIT_DIR;
    }
  });

  it('speaks no transport but https', async () => {
    await expect(local(['ls-remote', '--', directory])).rejects.toMatchObject({
      code: 'git-failed',
      message: expect.stringContaining("transport 'file' not allowed"),
    });
    await expect(local(['ls-remote', '--', 'ext::sh -c id'])).rejects.toMatchObject({ code: 'git-failed' });
  });

  it('says what git printed when it fails', async () => {
    await expect(local(['rev-parse', '--verify', 'nothing'])).rejects.toMatchObject({
      code: 'git-failed',
      data: { command: 'rev-parse', exitCode: 128, stderr: expect.stringContaining('Needed a single revision') },
    });
  });
});
