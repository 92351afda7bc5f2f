import { openStore } from '../../src/jobs/store.js';
import { restartContract, storeContract } from '../contract/store.js';
import { type PostgresServer, postgresRequirement, startPostgres } from '../support/postgres.js';
import { quiet } from '../support/quiet.js';
import { describeWith } from '../support/require.js';

describeWith(postgresRequirement, 'the store on a PostgreSQL server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  const open = async () => openStore({ databaseUrl: await server.createDatabase(), dataDirectory: '' }, quiet);
  storeContract(open);
  restartContract(open);

  it('lets two processes start on an empty database at once', async () => {
    const databaseUrl = await server.createDatabase();
    const settings = { databaseUrl, dataDirectory: '' };
    const stores = await Promise.all([openStore(settings, quiet), openStore(settings, quiet)]);
    await Promise.all(stores.map((store) => store.close()));
  });
});

it('says what to do when the server does not answer', async () => {
  const settings = { databaseUrl: 'postgres:///none?host=/nowhere', dataDirectory: '' };
  await expect(openStore(settings, quiet)).rejects.toMatchObject({
    code: 'store-unreachable',
    message: expect.stringContaining('DATABASE_URL'),
  });
});
