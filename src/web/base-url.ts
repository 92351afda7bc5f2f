import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

const hostPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i;

/**
 * The address on which the server answers, as the browser sees it: what the operator set, else what a proxy says it was
 * asked for, else what the request itself names. Null when that is no address.
 *
 * A forged header changes the page of the one who forged it, and nothing else: it is not stored and not cached.
 */
export function baseUrlOf(request: IncomingMessage, configured: string | null): string | null {
  if (configured !== null) return configured;
  const encrypted = (request.socket as TLSSocket).encrypted === true;
  const protocol = first(request.headers['x-forwarded-proto']) ?? (encrypted ? 'https' : 'http');
  const host = first(request.headers['x-forwarded-host']) ?? request.headers.host ?? '';
  if (!['http', 'https'].includes(protocol) || !hostPattern.test(host)) return null;
  return `${protocol}://${host}`;
}

/** Each proxy appends its own to the list: the first is what the browser asked for. */
function first(header: string | string[] | undefined): string | undefined {
  return (
    String(header ?? '')
      .split(',')[0]
      ?.trim() || undefined
  );
}
