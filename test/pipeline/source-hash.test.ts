import { createHash } from 'node:crypto';
import nock from 'nock';
import { createFetch } from '../../src/net/http.js';
import { createAddressPolicy } from '../../src/net/policy.js';
import type { EngineCommand, Finished } from '../../src/nix/engine/engine.js';
import type { EditPorts } from '../../src/pipeline/ports.js';
import { sourceHash } from '../../src/pipeline/source-hash.js';
import { update } from '../publish/samples.js';

const content = Buffer.from('a driver');
const right = `sha256-${createHash('sha256').update(content).digest('base64')}`;

describe('the hash of a source', () => {
  afterEach(() => nock.cleanAll());

  /** A flat source, so that its bytes are what is hashed. */
  function question(needsNix: readonly string[] = []) {
    const { plan } = update('0'.repeat(40));
    const source = { ...plan.source, url: 'https://github.com/author/driver/file', mode: 'flat', needsNix } as const;
    const trees = { before: '/', withEdits: async () => '/tree', [Symbol.asyncDispose]: async () => {} };
    return { attr: 'driver', plan: { ...plan, source }, trees, sets: ['linux_6_12'], edit: () => [] };
  }

  function ports(engine: EditPorts['verify']['engine']): EditPorts {
    const fetch = createFetch(createAddressPolicy({ hosts: {}, allowedHosts: [] }));
    const settings = { evaluationMs: 1000, buildMs: 1000, parallel: 1, allowOtherBuilds: false, system: null };
    const builds = { get: async () => null, put: async () => {} };
    return { fetch, verify: { engine, builds, settings }, progress: () => {} };
  }

  const absent = { name: 'none', run: () => Promise.reject(new Error('nothing is run')) } as const;

  it('is computed by the built-in hasher alone where no Nix is there', async () => {
    nock('https://github.com').get('/author/driver/file').reply(200, content);
    expect(await sourceHash(question(), ports(absent))).toEqual({ hash: right, hashedBy: ['builtin'] });
  });

  it('is refused where only Nix could tell and none is there', async () => {
    expect(await sourceHash(question(['postFetch']), ports(absent))).toMatchObject({ code: 'source-needs-nix' });
  });

  it('never asks Nix about an archive that the built-in hasher found to be hostile', async () => {
    nock('https://github.com').get('/author/driver/file').reply(200, 'not an archive');
    const { plan, ...rest } = question();
    const asked: EngineCommand[] = [];
    const run = async (command: EngineCommand): Promise<Finished> => {
      asked.push(command);
      throw new Error('not reached');
    };
    const archive = { ...rest, plan: { ...plan, source: { ...plan.source, mode: 'nar' as const } } };
    const answer = await sourceHash(archive, ports({ name: 'container', run }));
    expect(answer).toMatchObject({ outcome: 'refused', code: expect.stringMatching(/^archive-/) });
    expect(asked).toEqual([]);
  });
});
