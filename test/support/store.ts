import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/jobs/database.js';
import { openStore } from '../../src/jobs/store.js';
import { quiet } from './quiet.js';

export interface TemporaryStore {
  readonly database: Database;
  /** Closes the store and removes its files. */
  remove(): Promise<void>;
}

/** An embedded store in a folder of its own. */
export async function openTemporaryStore(): Promise<TemporaryStore> {
  const directory = await mkdtemp(join(tmpdir(), 'modprobot-store-'));
  const database = await openStore({ databaseUrl: null, dataDirectory: directory }, quiet);
  return {
    database,
    async remove() {
      await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
