import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { Fault } from '../errors.js';
import { isPublicAddress } from './address.js';
import type { HostMap } from './hosts.js';

/** Hosts of the forges that nixpkgs fetches kernel modules from, with those that they redirect downloads to. */
const forges = new Set([
  'github.com',
  'api.github.com',
  'codeload.github.com',
  'objects.githubusercontent.com',
  'release-assets.githubusercontent.com',
  'github-releases.githubusercontent.com',
  'raw.githubusercontent.com',
  'gitlab.com',
  'gitlab.freedesktop.org',
  'codeberg.org',
  'git.sr.ht',
  'gitea.com',
  'git.kernel.org',
]);

/** Where a connection to a checked address goes. */
export interface Route {
  readonly host: string;
  /** IP addresses, all checked, or the mapped host's name or address. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** The mapped host's authority: path and PEM. Null: the usual authorities. */
  readonly authority: { readonly file: string; readonly pem: string } | null;
  readonly mapped: boolean;
}

export interface AddressPolicy {
  /**
   * Checks an address before anything is sent: https, a known forge or an allowed or mapped host, no credentials.
   * Throws `address-refused`.
   */
  check(address: string | URL): URL;
  /** Where the operator leads this host, or null. Throws `setting-invalid` when its authority cannot be read. */
  mapped(host: string): Route | null;
  /**
   * Resolves a host and checks what it resolves to. The connection must go to exactly these addresses, so that a second answer
   * of the name server has no say. Throws `address-refused` and `host-unresolved`.
   */
  resolve(host: string): Promise<readonly string[]>;
  /** All three: where a connection for this address goes. */
  route(address: string | URL): Promise<Route>;
}

export interface PolicyOptions {
  readonly hosts: HostMap;
  /** Hosts that the operator allowed beyond the known forges. */
  readonly allowedHosts: readonly string[];
  /** The system's resolver by default. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** The one rule on which addresses may be reached, for git, downloads and Octokit alike. */
export function createAddressPolicy(options: PolicyOptions): AddressPolicy {
  const { hosts, resolve: lookUp = resolveAll } = options;
  const known = new Set([...forges, ...options.allowedHosts, ...Object.keys(hosts)]);

  function check(address: string | URL): URL {
    if (!URL.canParse(String(address))) throw refuse(String(address), 'it is not an absolute URL');
    const url = new URL(address);
    if (url.protocol !== 'https:') throw refuse(url, 'only https is spoken');
    if (url.username !== '' || url.password !== '') throw refuse(url, 'it carries credentials');
    if (!known.has(url.hostname)) {
      throw refuse(url, `${url.hostname} is not a known forge; the operator can allow it in MODPROBOT_ALLOWED_HOSTS`);
    }
    return url;
  }

  function mapped(host: string): Route | null {
    const mapping = hosts[host];
    if (mapping === undefined) return null;
    const target = new URL(mapping.url);
    const authority = mapping.ca === undefined ? null : readAuthority(mapping.ca);
    return { host, addresses: [bare(target.hostname)], port: Number(target.port || 443), authority, mapped: true };
  }

  async function resolve(host: string): Promise<readonly string[]> {
    const addresses = await lookUp(bare(host));
    const inside = addresses.find((candidate) => !isPublicAddress(candidate));
    if (inside === undefined) return addresses;
    throw refuse(`https://${host}/`, `${host} resolves to ${inside}, which is not a public address`);
  }

  async function route(address: string | URL): Promise<Route> {
    const url = check(address);
    const host = url.hostname;
    const leads = mapped(host);
    if (leads !== null) return leads;
    return { host, addresses: await resolve(host), port: Number(url.port || 443), authority: null, mapped: false };
  }

  return { check, mapped, resolve, route };
}

/** A URL writes IPv6 addresses in brackets; a resolver and a socket do not. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

async function resolveAll(host: string): Promise<readonly string[]> {
  try {
    const answers = await lookup(host, { all: true });
    return answers.map((answer) => answer.address);
  } catch (error) {
    throw new Fault('host-unresolved', `The name ${host} does not resolve. Is the network up?`, { host }, error);
  }
}

function readAuthority(file: string): { file: string; pem: string } {
  try {
    return { file, pem: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new Fault('setting-invalid', `MODPROBOT_HOSTS: the authority ${file} cannot be read.`, { file }, error);
  }
}

/** The message leaves out user information and query: they may hold secrets. */
function refuse(address: string | URL, why: string): Fault {
  const shown = typeof address === 'string' ? address : `${address.protocol}//${address.host}${address.pathname}`;
  return new Fault('address-refused', `The address ${shown} is refused: ${why}.`, { address: shown });
}
