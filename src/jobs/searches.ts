import type { OfficialPullRequest } from '../github/official-nixpkgs.js';
import type { Database } from './database.js';
import { json } from './json.js';

/** GitHub allows thirty searches a minute; a pull request of others that is known some hours later does no harm. */
const keptHours = 6;

/** What was found in NixOS/nixpkgs, by attribute. */
export class Searches {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Null when it was never searched for, or too long ago. */
  async find(attr: string, now: Date): Promise<readonly OfficialPullRequest[] | null> {
    const [row] = await this.#database.query<{ found: readonly OfficialPullRequest[] }>(
      `SELECT found FROM modprobot.searches WHERE attr = $1 AND searched_at > $2::timestamptz - $3 * interval '1 hour'`,
      [attr, now, keptHours],
    );
    return row?.found ?? null;
  }

  async save(attr: string, found: readonly OfficialPullRequest[], now: Date): Promise<void> {
    await this.#database.query(
      `INSERT INTO modprobot.searches (attr, found, searched_at) VALUES ($1, $2::jsonb, $3)
       ON CONFLICT (attr) DO UPDATE SET found = excluded.found, searched_at = excluded.searched_at`,
      [attr, json(found), now],
    );
  }
}
