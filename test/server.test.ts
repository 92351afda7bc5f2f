import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
