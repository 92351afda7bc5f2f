import pg from 'pg';
import { Fault } from '../errors.js';
import type { Database, Queryable } from './database.js';

const attemptsToConnect = 5;

/**
 * A PostgreSQL server, through a pool of connections.
 *
 * @param report told when an idle connection breaks; the pool makes a new one by itself
 * @throws Fault `store-unreachable` when the server does not answer
 */
export async function openPostgres(url: string, report: (error: Error) => void): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, application_name: 'modprobot', connectionTimeoutMillis: 10_000 });
  pool.on('error', report);
  try {
    await firstAnswer(pool);
  } catch (cause) {
    await pool.end();
    throw new Fault(
      'store-unreachable',
      `The PostgreSQL server of DATABASE_URL does not answer: ${problemOf(cause)}. See that it runs and that the address is right.`,
      {},
      cause,
    );
  }
  return serverDatabase(pool);
}

/** A server that is just starting says so (57P03): composed services start side by side, so it is asked again. */
async function firstAnswer(pool: pg.Pool): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await pool.query('SELECT 1');
      return;
    } catch (error) {
      const starting = (error as { code?: string }).code === '57P03';
      if (!starting || attempt === attemptsToConnect) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** A host with several addresses fails with an AggregateError whose own message is empty. */
function problemOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(problemOf).join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}

function serverDatabase(pool: pg.Pool): Database {
  return {
    kind: 'server',
    ...queryable(pool),
    script: (sql) => withConnection(pool, async (client) => lastRows(await client.query(sql))),
    transaction: (work) =>
      withConnection(pool, async (client) => {
        await client.query('BEGIN');
        const result = await work(queryable(client));
        await client.query('COMMIT');
        return result;
      }),
    close: () => pool.end(),
  };
}

/** A connection on which something failed is thrown away: it may be left in the middle of a transaction. */
async function withConnection<Result>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Result>) {
  const client = await pool.connect();
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

function lastRows(result: pg.QueryResult | pg.QueryResult[]): readonly Record<string, unknown>[] {
  const last = Array.isArray(result) ? result.at(-1) : result;
  return last?.rows ?? [];
}

function queryable(client: pg.Pool | pg.PoolClient): Queryable {
  return {
    async query<Row>(sql: string, parameters: readonly unknown[] = []) {
      return (await client.query(sql, [...parameters])).rows as Row[];
    },
  };
}
