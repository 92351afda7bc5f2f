import { readSettings, type Settings } from '../config/settings.js';
import { createGit, type Git } from '../net/git.js';
import { createFetch, type Fetch } from '../net/http.js';
import { createAddressPolicy } from '../net/policy.js';

/** The way out, made once from the operator's settings. */
export interface World {
  readonly settings: Settings;
  readonly fetch: Fetch;
  readonly git: Git;
}

/** @throws Fault `setting-invalid` */
export function openWorld(environment: NodeJS.ProcessEnv = process.env): World {
  const settings = readSettings(environment);
  const policy = createAddressPolicy({ hosts: settings.hosts, allowedHosts: settings.allowedHosts });
  const fetch = createFetch(policy);
  return { settings, fetch, git: createGit(policy, fetch) };
}
