import { createHash } from 'node:crypto';
import type { ReleaseList, UpstreamRelease } from '../watch/releases.js';
import type { Database } from './database.js';
import { json } from './json.js';

/** The releases of GitHub repositories with their assets, as they were last seen and as each asset first was. */
export class Releases {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(url: string): Promise<ReleaseList | null> {
    const [row] = await this.#database.query<ReleaseList>(
      'SELECT releases, etag FROM modprobot.releases WHERE url = $1',
      [url],
    );
    return row ? { releases: row.releases, etag: row.etag } : null;
  }

  /** SHA-256 of every asset when it was first seen, by `<tag>/<name>`. */
  async firstDigests(url: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#database.query<{ asset: string; sha256: string }>(
      'SELECT asset, sha256 FROM modprobot.seen_assets WHERE url = $1',
      [url],
    );
    return new Map(rows.map(({ asset, sha256 }) => [asset, sha256]));
  }

  /**
   * Saves a list. What an asset was at first sight is never overwritten.
   *
   * @returns digest of the list; equal for equal assets
   */
  async save(url: string, { releases, etag }: ReleaseList): Promise<string> {
    const seen = releases.flatMap(({ tag, assets }) =>
      assets.flatMap(({ name, sha256 }) => (sha256 === null ? [] : [{ asset: `${tag}/${name}`, sha256 }])),
    );
    await this.#database.transaction(async (transaction) => {
      await transaction.query(
        `INSERT INTO modprobot.seen_assets (url, asset, sha256)
         SELECT $1, seen ->> 'asset', seen ->> 'sha256' FROM jsonb_array_elements($2::jsonb) AS seen
         ON CONFLICT DO NOTHING`,
        [url, json(seen)],
      );
      await transaction.query(
        `INSERT INTO modprobot.releases (url, releases, etag) VALUES ($1, $2::jsonb, $3)
         ON CONFLICT (url) DO UPDATE SET releases = excluded.releases, etag = excluded.etag, checked_at = now()`,
        [url, json(releases), etag],
      );
    });
    return digestOf(releases);
  }
}

function digestOf(releases: readonly UpstreamRelease[]): string {
  const lines = releases.flatMap(({ tag, prerelease, assets }) => [
    `${tag}\0${prerelease}`,
    ...assets.map(({ name, sha256 }) => `${tag}\0${name}\0${sha256}`),
  ]);
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}
