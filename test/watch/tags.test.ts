import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listTags, readTags } from '../../src/watch/tags.js';
import { git, type HttpsServer, serveGit, startHttpsServer } from '../support/git-server.js';
import { netTo } from '../support/net.js';

let directory: string;
let server: HttpsServer;
let hostile: string;
const requests: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'modprobot-tags-'));
  await git(directory, 'init', '-q', '-b', 'main', 'upstream');
  const upstream = path.join(directory, 'upstream');
  await git(upstream, 'commit', '-q', '--allow-empty', '-m', 'First');
  await git(upstream, 'tag', 'v1.0');
  await git(upstream, 'commit', '-q', '--allow-empty', '-m', 'Second');
  await git(upstream, 'tag', '-a', '-m', 'Release', 'v2.0');
  hostile = '"${quote}\'';
  // Names that git allows and that a careless program would take for something else.
  await git(upstream, 'update-ref', 'refs/tags/-dash', 'HEAD');
  await git(upstream, 'update-ref', `refs/tags/${hostile}`, 'HEAD');
  server = await startHttpsServer(['github.com', 'codeberg.org'], async (request, response) => {
    requests.push(request.url ?? '');
    if (request.url?.startsWith('/renamed/driver')) {
      response.writeHead(301, { location: `https://codeberg.org${request.url.replace('renamed', 'owner')}` }).end();
      return;
    }
    if (request.url?.startsWith('/stolen/driver')) {
      response.writeHead(301, { location: `https://10.0.0.1${request.url}` }).end();
      return;
    }
    if (request.url?.startsWith('/broken/driver')) {
      response.writeHead(502).end();
      return;
    }
    if (request.url?.startsWith('/private/driver')) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const answered =
      request.url?.startsWith('/owner/driver') && (await serveGit(path.join(upstream, '.git'), request, response));
    if (!answered) response.writeHead(404).end();
  });
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const tagsOf = (address: string) => listTags(address, netTo(server).git);

describe('listTags', () => {
  it('names every tag with the commit that it finally points at, however hostile its name', async () => {
    const upstream = path.join(directory, 'upstream');
    const first = await git(upstream, 'rev-parse', 'HEAD~1');
    const second = await git(upstream, 'rev-parse', 'HEAD');
    await expect(tagsOf('https://github.com/owner/driver')).resolves.toEqual([
      { name: hostile, commit: second },
      { name: '-dash', commit: second },
      { name: 'v1.0', commit: first },
      { name: 'v2.0', commit: second },
    ]);
  });

  it('costs two requests', async () => {
    requests.length = 0;
    await tagsOf('https://codeberg.org/owner/driver.git');
    expect(requests).toHaveLength(2);
  });

  it('follows a renamed repository to another known forge', async () => {
    await expect(tagsOf('https://github.com/renamed/driver')).resolves.toHaveLength(4);
  });

  it.each([
    ['does not exist', 'https://github.com/owner/other', 'upstream-gone'],
    ['is private', 'https://github.com/private/driver', 'upstream-gone'],
    ['answers with an error', 'https://github.com/broken/driver', 'upstream-unreachable'],
    ['redirects to an inside address', 'https://github.com/stolen/driver', 'address-refused'],
    ['is named by an option', '--upload-pack=id', 'address-refused'],
    ['is spoken to in another transport', 'git://github.com/owner/driver', 'address-refused'],
  ])('says clearly when the upstream %s', async (_what, address, code) => {
    await expect(tagsOf(address)).rejects.toMatchObject({ code });
  });

  it('says that an upstream is unreachable when nobody listens', async () => {
    const hosts = { 'github.com': { url: 'https://127.0.0.1:1' } };
    await expect(listTags('https://github.com/a/b', netTo({ hosts }).git)).rejects.toMatchObject({
      code: 'upstream-unreachable',
    });
  });
});

describe('readTags', () => {
  it('takes an annotated tag for the commit below it', () => {
    const [tag, commit] = ['a'.repeat(40), 'b'.repeat(40)];
    expect(readTags(`${tag}\trefs/tags/v1\n${commit}\trefs/tags/v1^{}\n`)).toEqual([{ name: 'v1', commit }]);
  });

  it('passes over lines that are no tags', () => {
    expect(readTags(`${'a'.repeat(40)}\trefs/heads/main\nwarning: x\n\n`)).toEqual([]);
  });
});
