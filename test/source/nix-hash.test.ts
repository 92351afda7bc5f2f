import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { HostMap } from '../../src/net/hosts.js';
import { type OpenedEngine, openEngine } from '../../src/nix/engine/open.js';
import { fakeHash, hashByNix } from '../../src/source/nix-hash.js';
import { type HttpsServer, startHttpsServer } from '../support/git-server.js';
import { copyNixpkgs, nixImage, testEngineSettings } from '../support/nix.js';
import { describeWith } from '../support/require.js';

const step = { sets: ['linux_6_12'], attr: 'v4l2loopback', evaluationMs: 120_000, downloadMs: 60_000 };

describeWith(nixImage, 'hashByNix', () => {
  let upstream: HttpsServer;
  let tree: string;
  const opened: OpenedEngine[] = [];

  async function engineFor(hosts: HostMap) {
    const one = await openEngine(testEngineSettings(hosts));
    opened.push(one);
    return one.engine;
  }

  async function writeHash(hash: string): Promise<void> {
    const file = path.join(tree, 'pkgs/os-specific/linux/v4l2loopback/default.nix');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/hash = "[^"]*";/, `hash = "${hash}";`));
  }

  beforeAll(async () => {
    tree = await copyNixpkgs();
    upstream = await startHttpsServer(['github.com'], (_, response) => void response.writeHead(404).end());
  }, 60_000);

  beforeEach(() => writeHash(fakeHash));

  afterAll(async () => {
    for (const one of opened) await one.close();
    await upstream?.close();
    await rm(tree, { recursive: true, force: true });
  });

  it('says so when the tag has no archive', async () => {
    const hashing = hashByNix({ tree, ...step }, await engineFor(upstream.hosts));
    await expect(hashing).rejects.toMatchObject({
      code: 'nix-hash-failed',
      message: expect.stringMatching(/v4l2loopback.*404/),
    });
  }, 60_000);

  it('trusts no certificate of an authority that it does not know', async () => {
    const url = upstream.hosts['github.com']?.url ?? '';
    const hashing = hashByNix({ tree, ...step }, await engineFor({ 'github.com': { url } }));
    await expect(hashing).rejects.toMatchObject({
      code: 'nix-hash-failed',
      message: expect.stringContaining('certificate'),
    });
  }, 60_000);

  it('asks for nothing when the literal is not the fake hash: an old hash would download nothing', async () => {
    await writeHash('sha256-rcwgOXnhRPTmNKUppupfe/2qNUBDUqVb3TeDbrP5pnU=');
    const hashing = hashByNix({ tree, ...step }, await engineFor(upstream.hosts));
    await expect(hashing).rejects.toMatchObject({
      code: 'nix-hash-failed',
      message: expect.stringContaining('fake hash'),
    });
  }, 60_000);
});
