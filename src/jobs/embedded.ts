import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { Fault } from '../errors.js';
import type { Database, Queryable } from './database.js';
import { type DirectoryLock, lockDirectory } from './lock.js';

/**
 * PostgreSQL inside this process (PGlite), its files under `directory`.
 *
 * @throws Fault `store-in-use` when another process has the directory, `store-unusable` when its files cannot be opened
 */
export async function openEmbedded(directory: string): Promise<Database> {
  const lock = await prepare(directory);
  try {
    return embeddedDatabase(await PGlite.create({ dataDir: join(directory, 'postgres') }), lock);
  } catch (cause) {
    await lock.release();
    throw unusable(directory, cause);
  }
}

async function prepare(directory: string): Promise<DirectoryLock> {
  try {
    await mkdir(directory, { recursive: true });
    return await lockDirectory(directory);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw unusable(directory, cause);
  }
}

function unusable(directory: string, cause: unknown): Fault {
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new Fault(
    'store-unusable',
    `The embedded store in ${directory} cannot be opened: ${problem}. ` +
      'See that MODPROBOT_DATA is writable and has room, or set DATABASE_URL to a PostgreSQL server.',
    { directory },
    cause,
  );
}

function embeddedDatabase(lite: PGlite, lock: DirectoryLock): Database {
  return {
    kind: 'embedded',
    ...queryable(lite),
    async script(sql) {
      // A script may bring its own BEGIN and COMMIT, which are then mere warnings; what fails is rolled back before
      // anybody else gets the only session that there is.
      const results = await lite.transaction((transaction) => transaction.exec(sql));
      return (results.at(-1)?.rows ?? []) as Record<string, unknown>[];
    },
    transaction: (work) => lite.transaction((transaction) => work(queryable(transaction))),
    async close() {
      await lite.close();
      await lock.release();
    },
  };
}

function queryable(lite: PGlite | Transaction): Queryable {
  return {
    async query<Row>(sql: string, parameters: readonly unknown[] = []) {
      return (await lite.query<Row>(sql, [...parameters])).rows;
    },
  };
}
