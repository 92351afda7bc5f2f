import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { Fault } from '../errors.js';

/**
 * The operator's host map (`MODPROBOT_HOSTS`): a host name → where the connection really goes. A *connect-to*: the request
 * still names the real host (URL, Host header, TLS name); only the TCP connection goes elsewhere, and the authority in `ca`
 * is trusted for it besides the usual ones. Git, downloads, Octokit and containers all read it.
 */
export type HostMap = Readonly<Record<string, MappedHost>>;

interface MappedHost {
  /** An https origin, `https://127.0.0.1:34567`. */
  readonly url: string;
  /** Absolute path of a PEM file. */
  readonly ca?: string | undefined;
}

const httpsOrigin = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'https:' && url.origin === text.replace(/\/$/, '');
}, 'must be an https origin such as https://127.0.0.1:34567, without path or credentials');

const hostName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, 'must be a lower-case host name');

const hostMapSchema = z.record(
  hostName,
  z.strictObject({
    url: httpsOrigin,
    ca: z.string().refine(isAbsolute, 'must be an absolute path').optional(),
  }),
);

/** Reads `MODPROBOT_HOSTS`, a JSON object; nothing set is an empty map. Throws `setting-invalid`. */
export function parseHostMap(text: string | undefined): HostMap {
  if (text === undefined || text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Fault('setting-invalid', 'MODPROBOT_HOSTS is not JSON. Write {"host": {"url": …, "ca": …}}.', {}, error);
  }
  const parsed = hostMapSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Fault('setting-invalid', `MODPROBOT_HOSTS: ${z.prettifyError(parsed.error)}`, { value });
}

/** Reads `MODPROBOT_ALLOWED_HOSTS`: host names separated by commas or spaces. Throws `setting-invalid`. */
export function parseAllowedHosts(text: string | undefined): readonly string[] {
  const names = (text ?? '').split(/[\s,]+/).filter((name) => name !== '');
  for (const name of names) {
    if (hostName.safeParse(name).success) continue;
    throw new Fault('setting-invalid', `MODPROBOT_ALLOWED_HOSTS: "${name}" is not a lower-case host name.`, { name });
  }
  return names;
}
