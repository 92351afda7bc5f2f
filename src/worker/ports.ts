import type { Logger } from 'pino';
import type { Forge } from '../github/forge.js';
import type { Installations } from '../github/installation.js';
import type { TrackedOutcome } from '../jobs/drivers.js';
import type { Ledger } from '../jobs/ledger.js';
import type { KnownPullRequest } from '../jobs/pull-requests.js';
import type { Queue } from '../jobs/queue.js';
import type { Driver } from '../nixpkgs/driver.js';
import type { UpdateRequest } from '../pipeline/ports.js';
import type { ReleaseList } from '../watch/releases.js';
import type { Tag } from '../watch/tag.js';

/** What the jobs ask of the rest of the house. */
export interface WorkerPorts {
  readonly installations: Installations;
  /** Every driver of the tree at a commit of the fork. */
  readonly scan: (forge: Forge, commit: string) => Promise<readonly Driver[]>;
  /** Git address whose tags tell of new releases, or null when the driver follows none. */
  readonly upstreamOf: (driver: Driver) => string | null;
  readonly listTags: (url: string) => Promise<readonly Tag[]>;
  /** Releases with their assets; none where the upstream is not on GitHub. Asked with an installation's token. */
  readonly listReleases: (url: string, known: ReleaseList | null, token: string) => Promise<ReleaseList>;
  /** Newest commit of a branch; null is the default one. */
  readonly readHead: (url: string, branch: string | null) => Promise<string>;
  /** Day of a commit, `YYYY-MM-DD`. */
  readonly readDay: (url: string, commit: string) => Promise<string>;
  /** The pipeline: one update from tag to pull request. */
  readonly updateDriver: (request: UpdateRequest, signal: AbortSignal) => Promise<Updated>;
}

/** What became of it, for the ledger. */
export interface Updated {
  readonly outcome: TrackedOutcome;
  /** The pull request that now stands for it, if any. */
  readonly pullRequest: Pick<KnownPullRequest, 'head' | 'number' | 'version' | 'state'> | null;
}

/** What every job has at hand. */
export interface WorkerContext {
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly ports: WorkerPorts;
  readonly log: Logger;
}
