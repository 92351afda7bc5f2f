import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { workerPorts } from '../../src/cli/worker-ports.js';
import { openWorld } from '../../src/cli/world.js';
import type { Forge } from '../../src/github/forge.js';
import { openLedger } from '../../src/jobs/ledger.js';
import type { OpenedWorkerPorts } from '../../src/server.js';
import { git, type HttpsServer, serveGit, startHttpsServer } from '../support/git-server.js';
import { quiet } from '../support/quiet.js';
import { openTemporaryStore, type TemporaryStore } from '../support/store.js';

const forge = { owner: 'anna', name: 'nixpkgs', gitToken: async () => 'token' } as unknown as Forge;

describe('a stop of the worker', () => {
  let directory: string;
  let server: HttpsServer;
  let store: TemporaryStore;
  let commit: string;
  let stop: AbortController;
  let ports: OpenedWorkerPorts;
  let unanswered: ServerResponse[];
  /** Called at each request that nothing answers. */
  let met: () => void;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'modprobot-stop-'));
    store = await openTemporaryStore();
    await git(directory, 'init', '-q', '-b', 'main', 'fork');
    const fork = path.join(directory, 'fork');
    await git(fork, 'commit', '-q', '--allow-empty', '-m', 'First');
    commit = await git(fork, 'rev-parse', 'HEAD');
    server = await startHttpsServer(['github.com', 'api.github.com'], (request, response) =>
      advertiseOnly(fork, request, response),
    );
  });
  afterAll(async () => {
    await server.close();
    await store.remove();
    await rm(directory, { recursive: true, force: true });
  });
  beforeEach(async () => {
    stop = new AbortController();
    unanswered = [];
    const environment = { MODPROBOT_HOSTS: JSON.stringify(server.hosts), MODPROBOT_ENGINE: 'none' };
    const world = openWorld({ ...environment, MODPROBOT_DATA: path.join(directory, 'data') });
    ports = await workerPorts(world, { ledger: openLedger(store.database), log: quiet, signal: stop.signal });
  });
  afterEach(() => ports.close());

  /** git hears what the repository has, and then nothing any more. */
  async function advertiseOnly(fork: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asksForPack = request.method === 'POST' || !request.url?.includes('/info/refs');
    if (!asksForPack && (await serveGit(path.join(fork, '.git'), request, response))) return;
    unanswered.push(response);
    met();
  }

  it.each<[string, (ports: OpenedWorkerPorts) => Promise<unknown>]>([
    ['the fetch of a tree', ({ scan }) => scan(forge, commit)],
    ['a list of tags', ({ listTags }) => listTags('https://github.com/author/driver.git')],
    ['a list of releases', ({ listReleases }) => listReleases('https://github.com/author/driver.git', null, 'token')],
  ])('breaks off %s', async (_what, work) => {
    const asked = new Promise<void>((resolve) => {
      met = resolve;
    });
    const working = work(ports);
    await Promise.race([asked, working]);
    const gone = Promise.all(unanswered.map((response) => once(response, 'close')));
    stop.abort(new Error('stopped'));
    await expect(working).rejects.toThrow();
    await gone;
  });
});
