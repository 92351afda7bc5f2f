import { createHash } from 'node:crypto';
import type { Tag } from '../watch/tag.js';
import type { Database } from './database.js';
import { json } from './json.js';

/** The tags of an upstream repository as they were last seen. */
export interface Upstream {
  readonly url: string;
  readonly tags: readonly Tag[];
  /** Equal for equal lists of names and commits, whatever their order. */
  readonly digest: string;
  readonly checkedAt: Date;
}

export class Upstreams {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(url: string): Promise<Upstream | null> {
    const [row] = await this.#database.query<{ tags: readonly Tag[]; digest: string; checked_at: Date }>(
      'SELECT tags, digest, checked_at FROM modprobot.upstreams WHERE url = $1',
      [url],
    );
    return row ? { url, tags: row.tags, digest: row.digest, checkedAt: row.checked_at } : null;
  }

  /** @returns the digest of what was saved */
  async save(url: string, tags: readonly Tag[]): Promise<string> {
    const digest = digestOf(tags);
    await this.#database.query(
      `INSERT INTO modprobot.upstreams (url, tags, digest) VALUES ($1, $2::jsonb, $3)
       ON CONFLICT (url) DO UPDATE SET tags = excluded.tags, digest = excluded.digest, checked_at = now()`,
      [url, json(tags), digest],
    );
    return digest;
  }
}

function digestOf(tags: readonly Tag[]): string {
  const lines = tags.map((tag) => `${tag.name}\0${tag.commit ?? ''}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
