import { download, downloadLimits } from '../../src/net/download.js';
import { createFetch } from '../../src/net/http.js';
import { createAddressPolicy } from '../../src/net/policy.js';
import { type HttpsServer, startHttpsServer } from '../support/git-server.js';
import { netTo } from '../support/net.js';

let server: HttpsServer;
const seen: string[] = [];
const routes: Record<string, (response: import('node:http').ServerResponse) => void> = {
  '/file': (response) => response.end('content'),
  '/moved': (response) => response.writeHead(302, { location: 'https://codeload.github.com/file' }).end(),
  '/loop': (response) => response.writeHead(302, { location: '/loop' }).end(),
  '/nowhere': (response) => response.writeHead(302).end(),
  '/inside': (response) => response.writeHead(302, { location: 'https://169.254.169.254/latest' }).end(),
  '/plain': (response) => response.writeHead(301, { location: 'http://github.com/file' }).end(),
  '/large': (response) => response.end(Buffer.alloc(2000)),
  '/endless': (response) => {
    const write = () => {
      if (!response.destroyed) response.write(Buffer.alloc(64), () => setImmediate(write));
    };
    write();
  },
  '/silent': (response) => response.write('a'),
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  },
};

beforeAll(async () => {
  server = await startHttpsServer(['github.com', 'codeload.github.com'], (request, response) => {
    seen.push(`${request.headers.host}${request.url}`);
    const route = routes[request.url ?? ''];
    if (route === undefined) response.writeHead(404).end();
    else route(response);
  });
});
afterAll(() => server.close());

async function read(path: string, limits: Partial<typeof downloadLimits> = {}): Promise<string> {
  const { body } = await download(netTo(server).fetch, `https://github.com${path}`, { ...downloadLimits, ...limits });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('download', () => {
  it('reads a file under the real host name, wherever the operator leads the connection', async () => {
    await expect(read('/file')).resolves.toBe('content');
    expect(seen).toContain('github.com/file');
  });

  it('follows a redirect to another known host and says where it ended', async () => {
    await expect(read('/moved')).resolves.toBe('content');
    const { url, body } = await download(netTo(server).fetch, 'https://github.com/moved');
    expect(url).toBe('https://codeload.github.com/file');
    for await (const _chunk of body);
  });

  it.each([
    ['a status that is an error', '/missing', 'download-http-status'],
    ['redirects without end', '/loop', 'download-redirects'],
    ['a redirect to nowhere', '/nowhere', 'download-redirects'],
    ['a redirect to an inside address', '/inside', 'address-refused'],
    ['a redirect to plain http', '/plain', 'address-refused'],
    ['a file that says it is too large', '/large', 'download-too-large'],
    ['a file that never ends', '/endless', 'download-too-large'],
    ['a file that is cut off', '/cut', 'download-failed'],
  ])('refuses %s', async (_kind, path, code) => {
    await expect(read(path, { maxBytes: 1000 })).rejects.toMatchObject({ code });
  });

  it('gives up when the server falls silent', async () => {
    await expect(read('/silent', { timeoutMs: 300 })).rejects.toMatchObject({ code: 'download-timeout' });
  });

  it('trusts no certificate but the usual ones where the operator names no authority', async () => {
    const hosts = { 'github.com': { url: server.url } };
    const fetch = createFetch(createAddressPolicy({ hosts, allowedHosts: [] }));
    await expect(download(fetch, 'https://github.com/file')).rejects.toMatchObject({ code: 'download-failed' });
  });

  it('never connects to a name that resolves to the inside', async () => {
    const resolve = async () => ['127.0.0.1'];
    const fetch = createFetch(createAddressPolicy({ hosts: {}, allowedHosts: [], resolve }));
    await expect(download(fetch, 'https://github.com/file')).rejects.toMatchObject({ code: 'address-refused' });
  });
});
