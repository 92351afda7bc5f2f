import type { Logger } from 'pino';
import type { Database } from './database.js';
import { openEmbedded } from './embedded.js';
import { migrate } from './migrations.js';
import { openPostgres } from './postgres.js';

export interface StoreSettings {
  /** Address of a PostgreSQL server, or null for the embedded store. */
  readonly databaseUrl: string | null;
  /** The embedded store lives in its folder `store`. */
  readonly dataDirectory: string;
}

/**
 * Opens the store that the settings name and brings it to the newest version.
 *
 * @throws Fault `store-in-use`, `store-unusable`, `store-unreachable`
 */
export async function openStore(settings: StoreSettings, log: Logger): Promise<Database> {
  const database = await open(settings, log);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function open(settings: StoreSettings, log: Logger): Promise<Database> {
  if (settings.databaseUrl === null) return openEmbedded(`${settings.dataDirectory}/store`);
  return openPostgres(settings.databaseUrl, (error) => log.warn({ err: error }, 'a connection to PostgreSQL broke'));
}
