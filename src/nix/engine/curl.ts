import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { Fault } from '../../errors.js';
import type { HostMap } from '../../net/hosts.js';

/**
 * What makes nixpkgs' curl follow the operator's host map. nixpkgs' fetchurl lists NIX_CURL_FLAGS among its
 * `impureEnvVars` and splits it at blanks (pkgs/build-support/fetchurl/builder.sh).
 */
export function curlFlags(hosts: HostMap, authorities: string): string {
  const routes = Object.entries(hosts).map(([host, { url }]) => {
    const target = new URL(url);
    return `--connect-to ${host}:443:${target.hostname}:${target.port || '443'}`;
  });
  return [...routes, '--cacert', authorities].join(' ');
}

/** Whether a mapped host lives on this machine, which a container sees only on the host's own network. */
export function mapsToLoopback(hosts: HostMap): boolean {
  return Object.values(hosts).some(({ url }) => /^(localhost|127\.[0-9.]+|\[::1\])$/.test(new URL(url).hostname));
}

/** The usual authorities and those of the mapped hosts, as one PEM text. Throws `setting-invalid`. */
export async function authorityBundle(hosts: HostMap): Promise<string> {
  const files = new Set(Object.values(hosts).flatMap(({ ca }) => (ca === undefined ? [] : [ca])));
  const mapped = await Promise.all(
    [...files].map((file) =>
      readFile(file, 'utf8').catch((error: unknown) => {
        throw new Fault('setting-invalid', `MODPROBOT_HOSTS: the authority ${file} cannot be read.`, { file }, error);
      }),
    ),
  );
  return `${[...rootCertificates, ...mapped].join('\n')}\n`;
}
