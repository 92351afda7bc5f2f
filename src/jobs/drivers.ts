import type { DriverOptions } from '../config/schema.js';
import type { Database } from './database.js';
import { forkKey } from './job.js';
import { json } from './json.js';

/** A driver that a fork's configuration names. */
export interface TrackedDriver {
  readonly owner: string;
  readonly repo: string;
  readonly installationId: number;
  readonly attr: string;
  /** What scan said of it at the fork's base. */
  readonly driver: TrackedFacts;
  readonly options: DriverOptions;
  /** Git address whose tags it follows, or null when it follows none. */
  readonly upstream: string | null;
  /** Digest of the tag list that its last finished update saw; null when it has to be looked at again. */
  readonly tagsDigest: string | null;
  /** Commit of the fork's base as it is known now. */
  readonly baseHead: string;
  /** The same when the look began that led to this outcome. */
  readonly lookedAtBase: string | null;
  readonly outcome: TrackedOutcome | null;
  /** When the look began that led to this outcome. */
  readonly lookedAt: Date | null;
  readonly rest: Rest | null;
}

/** A driver that another try may help is left alone between the tries. */
export interface Rest {
  /** In a row that came to no end, for the same tags, derivation and options. */
  readonly tries: number;
  readonly until: Date;
}

/** What a look at a driver saw. */
export interface Look {
  /** Digest of the tag list; null when it came to no list. */
  readonly digest: string | null;
  /** Commit of the fork's base. */
  readonly baseHead: string;
  readonly at: Date;
}

/** The scanned driver. The ledger keeps all of it and reads only the name. */
type TrackedFacts = { readonly attr: string } & Readonly<Record<string, unknown>>;

/** An outcome of the pipeline. The ledger keeps all of it and reads only its kind. */
export type TrackedOutcome = { readonly outcome: string } & Readonly<Record<string, unknown>>;

/** What a sync of the fork knows of a driver. */
export type FoundDriver = Pick<TrackedDriver, 'attr' | 'driver' | 'options' | 'upstream'>;

interface Row {
  owner: string;
  repo: string;
  installation_id: number | string;
  attr: string;
  driver: TrackedFacts;
  options: DriverOptions;
  upstream: string | null;
  tags_digest: string | null;
  base_head: string;
  looked_at_base: string | null;
  outcome: TrackedOutcome | null;
  updated_at: Date | null;
  tries: number;
  rests_until: Date | null;
}

const select = `SELECT f.owner, f.repo, f.installation_id, d.attr, d.driver, d.options, d.upstream, d.tags_digest, d.outcome,
                       d.updated_at, f.base_head, d.base_head AS looked_at_base, d.tries, d.rests_until
                  FROM modprobot.drivers d JOIN modprobot.forks f ON f.fork = d.fork`;

export class Drivers {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(owner: string, repo: string, attr: string): Promise<TrackedDriver | null> {
    const rows = await this.#database.query<Row>(`${select} WHERE d.fork = $1 AND d.attr = $2`, [
      forkKey(owner, repo),
      attr,
    ]);
    return rows[0] ? driverOf(rows[0]) : null;
  }

  async ofFork(owner: string, repo: string): Promise<readonly TrackedDriver[]> {
    const rows = await this.#database.query<Row>(`${select} WHERE d.fork = $1 ORDER BY d.attr`, [forkKey(owner, repo)]);
    return rows.map(driverOf);
  }

  async following(upstream: string): Promise<readonly TrackedDriver[]> {
    const rows = await this.#database.query<Row>(`${select} WHERE d.upstream = $1 ORDER BY d.fork, d.attr`, [upstream]);
    return rows.map(driverOf);
  }

  /** Every upstream address that some driver follows. */
  async upstreams(): Promise<readonly string[]> {
    const rows = await this.#database.query<{ upstream: string }>(
      'SELECT DISTINCT upstream FROM modprobot.drivers WHERE upstream IS NOT NULL ORDER BY upstream',
    );
    return rows.map((row) => row.upstream);
  }

  /**
   * Makes `found` the drivers of a fork. One whose derivation or options changed is looked at again; of the others
   * what is known stays.
   */
  async replace(owner: string, repo: string, found: readonly FoundDriver[]): Promise<void> {
    const fork = forkKey(owner, repo);
    await this.#database.transaction(async (transaction) => {
      await transaction.query('DELETE FROM modprobot.drivers WHERE fork = $1 AND NOT attr = ANY($2::text[])', [
        fork,
        found.map((driver) => driver.attr),
      ]);
      for (const driver of found) {
        await transaction.query(
          `INSERT INTO modprobot.drivers AS d (fork, attr, driver, options, upstream)
           VALUES ($1, $2, $3::jsonb, $4::jsonb, $5)
           ON CONFLICT (fork, attr) DO UPDATE SET
             tags_digest = CASE WHEN d.driver = excluded.driver AND d.options = excluded.options
                                 AND d.upstream IS NOT DISTINCT FROM excluded.upstream
                                THEN d.tags_digest END,
             rests_until = CASE WHEN d.driver = excluded.driver AND d.options = excluded.options
                                 AND d.upstream IS NOT DISTINCT FROM excluded.upstream
                                THEN d.rests_until END,
             driver = excluded.driver, options = excluded.options, upstream = excluded.upstream`,
          [fork, driver.attr, json(driver.driver), json(driver.options), driver.upstream],
        );
      }
    });
  }

  /**
   * @param saw null asks for another look at the next poll
   * @param rest null forgets the tries before
   */
  async record(
    { owner, repo, attr }: Pick<TrackedDriver, 'owner' | 'repo' | 'attr'>,
    outcome: TrackedOutcome,
    saw: Look | null,
    rest: Rest | null = null,
  ): Promise<void> {
    await this.#database.query(
      `UPDATE modprobot.drivers
          SET outcome = $3::jsonb, tags_digest = $4, base_head = $5, updated_at = $6, tries = $7, rests_until = $8
        WHERE fork = $1 AND attr = $2`,
      [
        ...[forkKey(owner, repo), attr, json(outcome)],
        ...[saw?.digest ?? null, saw?.baseHead ?? null, saw?.at ?? new Date()],
        ...[rest?.tries ?? 0, rest?.until ?? null],
      ],
    );
  }
}

function driverOf(row: Row): TrackedDriver {
  return {
    owner: row.owner,
    repo: row.repo,
    installationId: Number(row.installation_id),
    attr: row.attr,
    driver: row.driver,
    options: row.options,
    upstream: row.upstream,
    tagsDigest: row.tags_digest,
    outcome: row.outcome,
    baseHead: row.base_head,
    lookedAtBase: row.looked_at_base,
    lookedAt: row.updated_at,
    rest: row.rests_until && { tries: row.tries, until: row.rests_until },
  };
}
