import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { agree, hashBuiltin, hashTarget } from '../../src/source/hash.js';
import type { Source } from '../../src/source/source.js';
import { type HttpsServer, startHttpsServer } from '../support/git-server.js';
import { narHash } from '../support/nar.js';
import { netTo } from '../support/net.js';
import { file, pax, tar } from '../support/tar.js';

const commit = 'a'.repeat(40);
const archive = gzipSync(tar(pax('g', { comment: commit }), file('driver-1.0/Makefile', 'obj-m := driver.o\n')));
const nar = sri(narHash({ Makefile: { kind: 'file', contents: 'obj-m := driver.o\n', executable: false } }));
const flat = sri(createHash('sha256').update(archive).digest('hex'));
let server: HttpsServer;
let directory: string;

function sri(hexadecimal: string): string {
  return `sha256-${Buffer.from(hexadecimal, 'hex').toString('base64')}`;
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'modprobot-hash-'));
  await writeFile(path.join(directory, 'archive.tar.gz'), archive);
  server = await startHttpsServer(['github.com'], (request, response) => {
    if (request.url === '/o/r/archive/v1.tar.gz') response.end(archive);
    else response.writeHead(404).end();
  });
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const source: Source = {
  fetcher: 'fetchFromGitHub',
  url: 'https://github.com/o/r/archive/v1.tar.gz',
  mode: 'nar',
  stripRoot: true,
  needsNix: [],
};
const hash = (changes: Partial<Source>) => hashBuiltin({ ...source, ...changes }, netTo(server).fetch);

describe('hashBuiltin', () => {
  it("downloads a forge's archive and hashes what it unpacks to", async () => {
    await expect(hash({})).resolves.toEqual({ outcome: 'hashed', hash: nar, bytes: archive.length, commit });
  });

  it('hashes the file itself for fetchurl', async () => {
    await expect(hash({ mode: 'flat' })).resolves.toMatchObject({ hash: flat, bytes: archive.length });
  });

  it('takes the archive of the commit that the tag points at', async () => {
    await expect(hash({ commit })).resolves.toMatchObject({ outcome: 'hashed' });
  });

  it('refuses the archive of another commit', async () => {
    await expect(hash({ commit: 'b'.repeat(40) })).resolves.toMatchObject({ code: 'archive-other-commit' });
  });

  it('leaves to Nix what it does not model', async () => {
    await expect(hash({ needsNix: ['fetchSubmodules'] })).resolves.toMatchObject({
      code: 'source-needs-nix',
      reason: expect.stringContaining('fetchSubmodules'),
    });
  });

  it('says which address is gone', async () => {
    await expect(hash({ url: 'https://github.com/o/r/archive/v2.tar.gz' })).rejects.toMatchObject({
      code: 'download-http-status',
      message: expect.stringContaining('v2.tar.gz was answered with status 404'),
    });
  });
});

describe('agree', () => {
  it('takes a hash that every way came to', () => {
    const ways = [{ by: 'builtin', hash: nar } as const, { by: 'container', hash: nar } as const] as const;
    expect(agree([...ways])).toEqual({ hash: nar, hashedBy: ['builtin', 'container'] });
  });

  it('refuses two values and says both', () => {
    const refusal = agree([
      { by: 'builtin', hash: nar },
      { by: 'container', hash: flat },
    ]);
    expect(refusal).toMatchObject({ outcome: 'refused', code: 'hash-disagreement' });
    expect(refusal).toMatchObject({ reason: expect.stringContaining(nar) });
    expect(refusal).toMatchObject({ reason: expect.stringContaining(flat) });
  });
});

describe('modprobot hash', () => {
  const { fetch } = { fetch: (url: string | URL) => netTo(server).fetch(url) };

  it('hashes a local file, flat or unpacked', async () => {
    const target = path.join(directory, 'archive.tar.gz');
    await expect(hashTarget(target, { unpack: false, fetch })).resolves.toMatchObject({
      hash: flat,
      engine: 'builtin',
    });
    await expect(hashTarget(target, { unpack: true, fetch })).resolves.toMatchObject({
      hash: nar,
      bytes: archive.length,
      seconds: expect.any(Number),
    });
  });

  it('hashes a URL', async () => {
    await expect(hashTarget(source.url, { unpack: true, fetch })).resolves.toMatchObject({ hash: nar });
  });

  it('says that a file cannot be read', async () => {
    await expect(hashTarget('/nowhere', { unpack: false, fetch })).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});
