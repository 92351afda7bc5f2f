import type { ConfigProblem } from '../config/load.js';
import type { Config } from '../config/schema.js';
import type { Database } from './database.js';
import { forkKey } from './job.js';
import { json } from './json.js';

/** What is known of a nixpkgs fork on which the App is installed. */
export interface Fork {
  readonly owner: string;
  readonly repo: string;
  readonly installationId: number;
  readonly defaultBranch: string;
  /** Commit of the default branch when it was last looked at. */
  readonly head: string;
  /** Branch that pull requests go to, and its commit. */
  readonly base: string;
  readonly baseHead: string;
  /** The last good configuration, or null when there never was one. */
  readonly config: Config | null;
  /** `owner/repo:path@commit` of that configuration. */
  readonly configOrigin: string | null;
  /** What is wrong with the newest configuration; empty when nothing is. */
  readonly configErrors: readonly ConfigProblem[];
}

interface Row {
  owner: string;
  repo: string;
  installation_id: number | string;
  default_branch: string;
  head: string;
  base: string;
  base_head: string;
  config: Config | null;
  config_origin: string | null;
  config_errors: readonly ConfigProblem[];
}

export class Forks {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(owner: string, repo: string): Promise<Fork | null> {
    const [row] = await this.#database.query<Row>('SELECT * FROM modprobot.forks WHERE fork = $1', [
      forkKey(owner, repo),
    ]);
    return row ? forkOf(row) : null;
  }

  async all(): Promise<readonly Fork[]> {
    return (await this.#database.query<Row>('SELECT * FROM modprobot.forks ORDER BY fork')).map(forkOf);
  }

  async ofOwner(owner: string): Promise<readonly Fork[]> {
    const rows = await this.#database.query<Row>(
      'SELECT * FROM modprobot.forks WHERE lower(owner) = $1 ORDER BY fork',
      [owner.toLowerCase()],
    );
    return rows.map(forkOf);
  }

  async ofInstallation(installationId: number): Promise<readonly Fork[]> {
    const rows = await this.#database.query<Row>(
      'SELECT * FROM modprobot.forks WHERE installation_id = $1 ORDER BY fork',
      [installationId],
    );
    return rows.map(forkOf);
  }

  async save(fork: Fork): Promise<void> {
    await this.#database.query(
      `INSERT INTO modprobot.forks (fork, owner, repo, installation_id, default_branch, head, base, base_head,
                                    config, config_origin, config_errors)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11::jsonb)
       ON CONFLICT (fork) DO UPDATE SET
         owner = excluded.owner, repo = excluded.repo, installation_id = excluded.installation_id,
         default_branch = excluded.default_branch, head = excluded.head, base = excluded.base,
         base_head = excluded.base_head, config = excluded.config, config_origin = excluded.config_origin,
         config_errors = excluded.config_errors, synced_at = now()`,
      [
        forkKey(fork.owner, fork.repo),
        fork.owner,
        fork.repo,
        fork.installationId,
        fork.defaultBranch,
        fork.head,
        fork.base,
        fork.baseHead,
        fork.config && json(fork.config),
        fork.configOrigin,
        json(fork.configErrors),
      ],
    );
  }

  /** Forgets the fork and its drivers: the App is no longer installed there. */
  async forget(owner: string, repo: string): Promise<void> {
    await this.#database.query('DELETE FROM modprobot.forks WHERE fork = $1', [forkKey(owner, repo)]);
  }

  /** Remembers for a day that a repository is no fork of nixpkgs, so that it is not asked again at every turn. */
  async dismiss(owner: string, repo: string): Promise<void> {
    await this.forget(owner, repo);
    await this.#database.query(
      `INSERT INTO modprobot.other_repositories (repository) VALUES ($1)
       ON CONFLICT (repository) DO UPDATE SET seen_at = now()`,
      [forkKey(owner, repo)],
    );
  }

  async dismissed(owner: string, repo: string): Promise<boolean> {
    const rows = await this.#database.query(
      "SELECT 1 FROM modprobot.other_repositories WHERE repository = $1 AND seen_at > now() - interval '1 day'",
      [forkKey(owner, repo)],
    );
    return rows.length > 0;
  }
}

function forkOf(row: Row): Fork {
  return {
    owner: row.owner,
    repo: row.repo,
    // A bigint is text in one adapter and a number in the other.
    installationId: Number(row.installation_id),
    defaultBranch: row.default_branch,
    head: row.head,
    base: row.base,
    baseHead: row.base_head,
    config: row.config,
    configOrigin: row.config_origin,
    configErrors: row.config_errors,
  };
}
