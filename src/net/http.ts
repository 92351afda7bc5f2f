import { Agent, type AgentOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type ConnectionOptions, connect, rootCertificates, type TLSSocket } from 'node:tls';
import nodeFetch, { FetchError, type RequestInit, type Response } from 'node-fetch';
import { Fault, type FaultCode, faults } from '../errors.js';
import type { AddressPolicy } from './policy.js';

/** `fetch` that reaches nothing but what the policy allows; redirects that it follows are checked too. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** A `fetch` for Octokit and downloads, on node-fetch (its `agent` decides where a connection goes). */
export function createFetch(policy: AddressPolicy): Fetch {
  const agent = new PolicyAgent(policy);
  return async (url, init) => {
    policy.check(url);
    try {
      return await nodeFetch(url, { ...init, agent: (address: URL) => policy.check(address) && agent });
    } catch (error) {
      throw asFault(error);
    }
  };
}

/** node-fetch keeps of a socket's error its code and its message: enough to say again what the policy said. */
function asFault(error: unknown): unknown {
  if (!(error instanceof FetchError) || !isFaultCode(error.code)) return error;
  return new Fault(error.code, error.message.replace(/^request to .* failed, reason: /, ''), {}, error);
}

function isFaultCode(code: string | undefined): code is FaultCode {
  return code !== undefined && Object.hasOwn(faults, code);
}

/** Opens every connection where the policy's route leads, under the TLS name of the host that was asked for. */
class PolicyAgent extends Agent {
  readonly #policy: AddressPolicy;

  constructor(policy: AddressPolicy) {
    super({ keepAlive: true });
    this.#policy = policy;
  }

  override createConnection(options: AgentOptions & ConnectionOptions): TLSSocket {
    const host = options.host ?? '';
    const lookup = checkedLookup(this.#policy);
    const route = this.#policy.mapped(host);
    if (route === null) return connect({ ...options, servername: host, lookup });
    const [address = host] = route.addresses;
    const target = { ...options, servername: host, host: address, port: route.port };
    return connect(route.authority === null ? target : { ...target, ca: [...rootCertificates, route.authority.pem] });
  }
}

/** A resolver that answers with checked addresses alone: the socket connects to what was checked. */
function checkedLookup(policy: AddressPolicy): LookupFunction {
  return (host, options, callback) => {
    policy.resolve(host).then(
      (addresses) => {
        const answers = addresses.map((address) => ({ address, family: isIP(address) }));
        const [first = { address: '', family: 0 }] = answers;
        if (options.all === true) callback(null, answers);
        else callback(null, first.address, first.family);
      },
      (error) => callback(error, []),
    );
  };
}
