import { Builds } from './builds.js';
import type { Database } from './database.js';
import { Deliveries } from './deliveries.js';
import { Drivers } from './drivers.js';
import { Forks } from './forks.js';
import { PullRequests } from './pull-requests.js';
import { Releases } from './releases.js';
import { Searches } from './searches.js';
import { Upstreams } from './upstreams.js';

/** What was seen and done. GitHub and the upstreams are the truth; this is what they are compared with. */
export interface Ledger {
  readonly forks: Forks;
  readonly drivers: Drivers;
  readonly upstreams: Upstreams;
  readonly releases: Releases;
  readonly searches: Searches;
  readonly builds: Builds;
  readonly pullRequests: PullRequests;
  readonly deliveries: Deliveries;
}

/** @param database already migrated */
export function openLedger(database: Database): Ledger {
  return {
    forks: new Forks(database),
    drivers: new Drivers(database),
    upstreams: new Upstreams(database),
    releases: new Releases(database),
    searches: new Searches(database),
    builds: new Builds(database),
    pullRequests: new PullRequests(database),
    deliveries: new Deliveries(database),
  };
}
