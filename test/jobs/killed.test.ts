import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Database } from '../../src/jobs/database.js';
import { Queue } from '../../src/jobs/queue.js';
import { openStore, type StoreSettings } from '../../src/jobs/store.js';
import { type PostgresServer, postgresRequirement, startPostgres } from '../support/postgres.js';
import { quiet } from '../support/quiet.js';
import { describeWith } from '../support/require.js';

const script = fileURLToPath(new URL('second-process.ts', import.meta.url));

describe('another process on the embedded store', () => {
  let settings: StoreSettings;
  beforeAll(async () => {
    settings = { databaseUrl: null, dataDirectory: await mkdtemp(join(tmpdir(), 'modprobot-killed-')) };
  });
  afterAll(() => rm(settings.dataDirectory, { recursive: true, force: true }));

  it('keeps this one out while it lives, and leaves its store and its job to it when it is killed', async () => {
    const kill = await startAndWait(settings);
    await expect(openStore(settings, quiet)).rejects.toMatchObject({ code: 'store-in-use' });
    await kill();
    const database = await openStore(settings, quiet);
    expect(await firstJob(database)).toBe('https://left');
    await database.close();
  }, 60_000);

  it('is one of many that start at once on a stale lock, of which one wins', async () => {
    const kill = await startAndWait(settings);
    await kill();
    const opened = await Promise.allSettled([1, 2, 3, 4].map(() => openStore(settings, quiet)));
    const winners = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const losers = opened.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    await Promise.all(winners.map((database) => database.close()));
    expect([winners.length, losers]).toEqual([1, Array(3).fill('store-in-use')]);
  }, 60_000);
});

describeWith(postgresRequirement, 'another process on a PostgreSQL server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it('works beside this one, which takes up its job when it gave no sign of life for a minute', async () => {
    const settings = { databaseUrl: await server.createDatabase(), dataDirectory: '' };
    const kill = await startAndWait(settings);
    const database = await openStore(settings, quiet);
    await kill();
    await database.query("UPDATE modprobot.running SET beat = beat - interval '61 seconds'");
    expect(await firstJob(database)).toBe('https://left');
    await database.close();
  }, 60_000);
});

/** Starts the process, waits until it runs a job, and answers how to kill it. */
async function startAndWait(settings: StoreSettings): Promise<() => Promise<void>> {
  const child = execa(process.execPath, ['--import', 'tsx', script, JSON.stringify(settings)], {
    reject: false,
    buffer: false,
    stderr: 'inherit',
  });
  await Promise.race([once(child.stdout, 'data'), child]);
  return async () => {
    child.kill('SIGKILL');
    await child;
  };
}

/** The first address that a worker on this store is told to poll. */
async function firstJob(database: Database): Promise<string> {
  const queue = await Queue.open(database, 'worker', quiet);
  const nothing = async () => {};
  const url = await new Promise<string>((resolve) => {
    void queue.work({
      reconcile: nothing,
      'sync-fork': nothing,
      'poll-upstream': async (job) => resolve(job.url),
      'update-driver': nothing,
    });
  });
  await queue.stop(10_000);
  return url;
}
