import type { Forge, ForgePullRequest } from '../github/forge.js';
import { type Refused, refused } from '../outcome.js';
import { type Marker, parseMarker } from './body/marker.js';
import { branchOf, type Update } from './update.js';

/** What GitHub already has of this driver on this base. */
export interface Existing {
  readonly outcome: 'found';
  readonly open: OwnPullRequest | null;
  /** Where the branch stood when pull requests from it were merged: GitHub keeps those commits. */
  readonly mergedHeads: readonly string[];
}

export interface OwnPullRequest extends ForgePullRequest {
  /** Null when somebody deleted it. */
  readonly marker: Marker | null;
}

/**
 * Looks for the pull requests from the update's branch. Only those that the App opened are its own, and a closed one
 * speaks for the version that its marker names.
 */
export async function findExisting(update: Update, forge: Forge): Promise<Existing | Refused> {
  const { attr, version } = update.plan;
  const found = await forge.pullRequests({ head: branchOf(update), base: update.base.branch });
  const open = found.find(({ state }) => state === 'open') ?? null;
  if (open !== null && open.author !== forge.actor) {
    return refused('pull-request-not-ours', `${open.url} was opened by ${open.author} from ${branchOf(update)}.`);
  }
  const own = found
    .filter(({ author }) => author === forge.actor)
    .map((one) => ({ ...one, marker: parseMarker(one.body) }));
  const closed = own.find(({ state, marker }) => state === 'closed' && marker?.version === version.to);
  if (open === null && closed !== undefined) {
    return refused('pull-request-closed', `${attr} ${version.to} was proposed in ${closed.url}, which was closed.`);
  }
  const mergedHeads = own.filter(({ state }) => state === 'merged').map(({ headSha }) => headSha);
  return { outcome: 'found', open: own.find(({ state }) => state === 'open') ?? null, mergedHeads };
}
