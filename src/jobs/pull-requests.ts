import type { Database } from './database.js';
import { forkKey } from './job.js';

/** The pull request of a driver on a base branch, as it was last seen. */
export interface KnownPullRequest {
  readonly owner: string;
  readonly repo: string;
  readonly attr: string;
  readonly base: string;
  /** The branch that it proposes. */
  readonly head: string;
  readonly number: number;
  /** Version that it proposes. */
  readonly version: string;
  readonly state: 'open' | 'merged' | 'closed';
}

export class PullRequests {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(owner: string, repo: string, attr: string, base: string): Promise<KnownPullRequest | null> {
    const rows = await this.#database.query<Pick<KnownPullRequest, 'head' | 'number' | 'version' | 'state'>>(
      'SELECT head, number, version, state FROM modprobot.pull_requests WHERE fork = $1 AND attr = $2 AND base = $3',
      [forkKey(owner, repo), attr, base],
    );
    return rows[0] ? { owner, repo, attr, base, ...rows[0] } : null;
  }

  /** When the App, or a person, last changed what stands proposed; null when nothing ever was. */
  async movedAt({ owner, repo, attr, base }: Pick<KnownPullRequest, 'owner' | 'repo' | 'attr' | 'base'>) {
    const [row] = await this.#database.query<{ updated_at: Date }>(
      'SELECT updated_at FROM modprobot.pull_requests WHERE fork = $1 AND attr = $2 AND base = $3',
      [forkKey(owner, repo), attr, base],
    );
    return row?.updated_at ?? null;
  }

  async ofFork(owner: string, repo: string): Promise<readonly KnownPullRequest[]> {
    const rows = await this.#database.query<Omit<KnownPullRequest, 'owner' | 'repo'>>(
      'SELECT attr, base, head, number, version, state FROM modprobot.pull_requests WHERE fork = $1 ORDER BY attr, base',
      [forkKey(owner, repo)],
    );
    return rows.map((row) => ({ owner, repo, ...row }));
  }

  async save(pullRequest: KnownPullRequest): Promise<void> {
    const { owner, repo, attr, base, head, number, version, state } = pullRequest;
    await this.#database.query(
      `INSERT INTO modprobot.pull_requests (fork, attr, base, head, number, version, state)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (fork, attr, base) DO UPDATE SET
         head = excluded.head, number = excluded.number, version = excluded.version, state = excluded.state, updated_at = now()`,
      [forkKey(owner, repo), attr, base, head, number, version, state],
    );
  }
}
