import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { openStore } from '../src/jobs/store.js';
import { startServer } from '../src/server.js';
import { serverContract } from './contract/server.js';
import { type PostgresServer, postgresRequirement, startPostgres } from './support/postgres.js';
import { quiet } from './support/quiet.js';
import { describeWith } from './support/require.js';
import { settingsFor } from './support/settings.js';
import { smallGitHub } from './support/small-github.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modprobot-server-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('the server on the embedded store', () => {
  serverContract(async () => settingsFor(join(directory, 'embedded')));
});

describeWith(postgresRequirement, 'the server on a PostgreSQL server', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());
  serverContract(async () => settingsFor(directory, { databaseUrl: await postgres.createDatabase() }));
});

const idle = {
  fetch: smallGitHub({}).fetch,
  worker: async () => {
    throw new Error('has no work');
  },
};

it('refuses a second process on the embedded store, and says what to do', async () => {
  const settings = settingsFor(join(directory, 'twice'));
  const first = await startServer(settings, ['serve'], idle, quiet);
  await expect(startServer(settings, ['serve'], idle, quiet)).rejects.toMatchObject({
    code: 'store-in-use',
    message: expect.stringContaining('DATABASE_URL'),
  });
  await first.stop();
  await (await startServer(settings, ['serve'], idle, quiet)).stop();
});

it('says what to do when its port is taken', async () => {
  const first = await startServer(settingsFor(join(directory, 'port'), { app: null }), ['serve'], idle, quiet);
  const port = Number(new URL(first.url ?? '').port);
  const second = startServer(settingsFor(join(directory, 'port'), { app: null, port }), ['serve'], idle, quiet);
  await expect(second).rejects.toMatchObject({ code: 'port-unavailable' });
  await first.stop();
});

it('stops at a signal with everything stored: the update that ran is there for the next start', async () => {
  const data = join(directory, 'signal');
  const script = fileURLToPath(new URL('support/server-process.ts', import.meta.url));
  const child = execa(process.execPath, ['--import', 'tsx', script, data], {
    reject: false,
    buffer: false,
    // The process has more time than execa would give it.
    forceKillAfterDelay: false,
  });
  await Promise.race([once(child.stdout, 'data'), child]);
  child.kill('SIGTERM');
  expect((await child).exitCode).toBe(0);
  const database = await openStore({ databaseUrl: null, dataDirectory: data }, quiet);
  const rows = await database.query(
    "SELECT state, data FROM pgboss.job WHERE name = 'update-driver' AND state < 'active'",
  );
  expect(rows).toMatchObject([{ state: 'created', data: { owner: 'anna', attr: 'driver' } }]);
  await database.close();
}, 60_000);
