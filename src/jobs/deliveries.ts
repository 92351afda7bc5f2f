import type { Database } from './database.js';

/** GitHub redelivers on demand for three days; after a week an identifier is of no use. */
const keptDays = 7;

/** Webhook deliveries that were taken, by GitHub's identifier. */
export class Deliveries {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async seen(id: string): Promise<boolean> {
    return (await this.#database.query('SELECT 1 FROM modprobot.deliveries WHERE id = $1', [id])).length > 0;
  }

  async add(id: string): Promise<void> {
    await this.#database.query('INSERT INTO modprobot.deliveries (id) VALUES ($1) ON CONFLICT DO NOTHING', [id]);
  }

  async prune(): Promise<void> {
    await this.#database.query("DELETE FROM modprobot.deliveries WHERE seen_at < now() - $1 * interval '1 day'", [
      keptDays,
    ]);
  }
}
