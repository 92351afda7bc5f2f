import { createGit, type Git } from '../../src/net/git.js';
import type { HostMap } from '../../src/net/hosts.js';
import { createFetch, type Fetch } from '../../src/net/http.js';
import { createAddressPolicy } from '../../src/net/policy.js';

/** The network as the product builds it, with `server` behind the operator's host map. */
export function netTo(server: { readonly hosts: HostMap }): { fetch: Fetch; git: Git } {
  const policy = createAddressPolicy({ hosts: server.hosts, allowedHosts: [] });
  const fetch = createFetch(policy);
  return { fetch, git: createGit(policy, fetch) };
}
