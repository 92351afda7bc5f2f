import { createHash } from 'node:crypto';
import { Fault } from '../errors.js';
import type { FirstSight } from '../watch/first-sight.js';
import type { Tag } from '../watch/tag.js';
import type { Database, Queryable } from './database.js';
import { json } from './json.js';

/** The tags of an upstream repository as they were last seen. */
export interface Upstream {
  readonly url: string;
  readonly tags: readonly Tag[];
  /** Equal for equal lists of names and commits, whatever their order. */
  readonly digest: string;
  readonly checkedAt: Date;
}

/** Names that an upstream may ever have had: one that makes up new ones at every look does not fill the store. */
const mostSights = 100_000;

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

  /** What every tag was when it was first seen, also of tags that upstream has deleted since. */
  async firstSights(url: string): Promise<readonly FirstSight[]> {
    const rows = await this.#database.query<{ name: string; commit: string | null; seen_at: Date | null }>(
      'SELECT name, commit, seen_at FROM modprobot.seen_tags WHERE url = $1 ORDER BY name',
      [url],
    );
    return rows.map(({ name, commit, seen_at: at }) => ({ name, commit, at: at?.toISOString() ?? null }));
  }

  /**
   * Saves a list that was seen at `at`. A tag's first sight is never overwritten.
   *
   * @returns the digest of what was saved
   * @throws Fault `upstream-too-many-tags`
   */
  async save(url: string, tags: readonly Tag[], at: Date): Promise<string> {
    const digest = digestOf(tags);
    const unchanged = await this.#database.query(
      `WITH recovered AS (DELETE FROM modprobot.upstream_failures WHERE url = $1)
       UPDATE modprobot.upstreams SET checked_at = $3 WHERE url = $1 AND digest = $2 RETURNING url`,
      [url, digest, at],
    );
    if (unchanged.length === 0) {
      await this.#database.transaction(async (transaction) => {
        await remember(url, tags, at, transaction);
        await transaction.query(
          `INSERT INTO modprobot.upstreams (url, tags, digest, checked_at) VALUES ($1, $2::jsonb, $3, $4)
           ON CONFLICT (url) DO UPDATE SET
             tags = excluded.tags, digest = excluded.digest, checked_at = excluded.checked_at`,
          [url, json(tags), digest, at],
        );
      });
    }
    return digest;
  }

  /** Whether the upstream failed and is to be left alone. */
  async rests(url: string, now: Date): Promise<boolean> {
    const rows = await this.#database.query(
      'SELECT 1 FROM modprobot.upstream_failures WHERE url = $1 AND rests_until > $2',
      [url, now],
    );
    return rows.length > 0;
  }

  /** Remembers a failure until the next list is saved. @param until when to ask again after so many in a row */
  async failed(url: string, until: (failures: number) => Date): Promise<Failing> {
    const [row] = await this.#database.query<{ failures: number }>(
      'SELECT failures FROM modprobot.upstream_failures WHERE url = $1',
      [url],
    );
    const failures = (row?.failures ?? 0) + 1;
    const restsUntil = until(failures);
    await this.#database.query(
      `INSERT INTO modprobot.upstream_failures (url, failures, rests_until) VALUES ($1, $2, $3)
       ON CONFLICT (url) DO UPDATE SET failures = excluded.failures, rests_until = excluded.rests_until`,
      [url, failures, restsUntil],
    );
    return { failures, restsUntil };
  }
}

interface Failing {
  /** In a row. */
  readonly failures: number;
  readonly restsUntil: Date;
}

async function remember(url: string, tags: readonly Tag[], at: Date, transaction: Queryable): Promise<void> {
  const known = await transaction.query('SELECT 1 FROM modprobot.upstreams WHERE url = $1', [url]);
  await transaction.query(
    `INSERT INTO modprobot.seen_tags (url, name, commit, seen_at)
     SELECT $1, tag ->> 'name', tag ->> 'commit', $3::timestamptz FROM jsonb_array_elements($2::jsonb) AS tag
     ON CONFLICT DO NOTHING`,
    [url, json(tags), known.length === 0 ? null : at],
  );
  const [row] = await transaction.query<{ sights: number }>(
    'SELECT count(*)::int AS sights FROM modprobot.seen_tags WHERE url = $1',
    [url],
  );
  if ((row?.sights ?? 0) <= mostSights) return;
  const message = `${url} has had more than ${mostSights} tags; it makes up new ones.`;
  throw new Fault('upstream-too-many-tags', message, { url });
}

function digestOf(tags: readonly Tag[]): string {
  const lines = tags.map((tag) => `${tag.name}\0${tag.commit ?? ''}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
