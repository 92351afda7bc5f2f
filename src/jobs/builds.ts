import type { Database } from './database.js';
import { json, storable } from './json.js';

/** What became of a derivation that was built once. */
export interface Build<Result> {
  readonly result: Result;
  readonly log: string;
}

/** Builds by derivation path: what was built once is not built again. */
export class Builds {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find<Result>(derivation: string): Promise<Build<Result> | null> {
    const [row] = await this.#database.query<Build<Result>>(
      'SELECT result, log FROM modprobot.builds WHERE derivation = $1',
      [derivation],
    );
    return row ?? null;
  }

  async save<Result>(derivation: string, build: Build<Result>): Promise<void> {
    await this.#database.query(
      `INSERT INTO modprobot.builds (derivation, result, log) VALUES ($1, $2::jsonb, $3)
       ON CONFLICT (derivation) DO UPDATE SET result = excluded.result, log = excluded.log, built_at = now()`,
      [derivation, json(build.result), storable(build.log)],
    );
  }
}
