import { Agent, type AgentOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type ConnectionOptions, connect, rootCertificates } from 'node:tls';
import nodeFetch, { type RequestInfo, type RequestInit, type Response } from 'node-fetch';
import type { AddressPolicy, Route } from './policy.js';

/** `fetch` that reaches nothing but what the policy allows; redirects that it follows are checked too. */
export type Fetch = (url: RequestInfo, init?: RequestInit) => Promise<Response>;

/** A `fetch` for Octokit and downloads, on node-fetch (its `agent` decides where a connection goes). */
export function createFetch(policy: AddressPolicy): Fetch {
  const agent = new PolicyAgent(policy);
  return (url, init) =>
    nodeFetch(url, {
      ...init,
      agent(address: URL) {
        policy.check(address);
        return agent;
      },
    });
}

/** Opens every connection where the policy's route leads, under the TLS name of the host that was asked for. */
class PolicyAgent extends Agent {
  readonly #policy: AddressPolicy;

  constructor(policy: AddressPolicy) {
    super({ keepAlive: true });
    this.#policy = policy;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the callback's type differs between the versions of @types/node
  override createConnection(options: AgentOptions & ConnectionOptions, callback: any): undefined {
    const port = options.port === undefined || options.port === 443 ? '' : `:${options.port}`;
    this.#policy
      .route(`https://${options.host}${port}/`)
      .then((route) => callback(null, connect(connectTo(options, route))), callback);
    return undefined;
  }
}

function connectTo(options: ConnectionOptions, route: Route): ConnectionOptions {
  const target: ConnectionOptions = {
    ...options,
    servername: route.host,
    port: route.port,
    lookup: pinned(route.addresses),
  };
  if (route.mapped) target.host = route.addresses[0] ?? route.host;
  if (route.mapped && isIP(target.host ?? '') === 0) delete target.lookup;
  if (route.authority !== null) target.ca = [...rootCertificates, route.authority.pem];
  return target;
}

/** A resolver that knows the checked addresses alone. */
function pinned(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, callback) => {
    const first = answers[0];
    if (options.all === true || first === undefined) return callback(null, answers);
    return callback(null, first.address, first.family);
  };
}
