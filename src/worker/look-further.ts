import type { TrackedDriver } from '../jobs/drivers.js';
import type { SeenReleases } from '../watch/releases.js';
import type { WorkerContext } from './ports.js';

/** What an upstream has beyond its tags, as far as a driver follows it. */
export interface Further {
  /** Differs when something is new; empty for a driver that follows tags alone. */
  readonly mark: string;
  readonly releases: SeenReleases | null;
  /** Newest commit of the branch. */
  readonly head: string | null;
}

type Follower = Pick<TrackedDriver, 'installationId' | 'owner' | 'repo' | 'options'>;

const nothing: Further = { mark: '', releases: null, head: null };

/** Looks at the releases or the branch that a driver follows; one that follows tags alone costs no request. */
export async function lookFurther(url: string, follower: Follower, context: WorkerContext): Promise<Further> {
  const { asset, follow, branch } = follower.options;
  if (asset !== undefined) return lookAtReleases(url, follower, context);
  if (follow === undefined) return nothing;
  const head = await context.ports.readHead(url, branch ?? null);
  return { ...nothing, mark: ` ${head}`, head };
}

/** An unchanged list is answered without being sent, and an asset that came late makes it another one. */
async function lookAtReleases(url: string, follower: Follower, context: WorkerContext): Promise<Further> {
  const { ledger, ports } = context;
  const { installationId, owner, repo } = follower;
  const forge = await ports.installations.forge(installationId, { owner, name: repo });
  const list = await ports.listReleases(url, await ledger.releases.find(url), await forge.gitToken());
  const digest = await ledger.releases.save(url, list);
  const firstDigests = await ledger.releases.firstDigests(url);
  return { ...nothing, mark: ` ${digest}`, releases: { releases: list.releases, firstDigests } };
}
