import type { Response } from 'node-fetch';
import { Fault } from '../errors.js';
import type { Fetch } from './http.js';

export interface DownloadLimits {
  readonly maxBytes: number;
  /** For the whole download, redirects included. */
  readonly timeoutMs: number;
  readonly maxRedirects: number;
}

/** What a driver's source may cost: kernel trees are some 250 MB compressed. */
export const downloadLimits: DownloadLimits = { maxBytes: 1024 ** 3, timeoutMs: 15 * 60 * 1000, maxRedirects: 5 };

export interface Download {
  /** The address that answered, after redirects. */
  readonly url: string;
  /** The bytes as the server has them. Breaks off with a `Fault` when a limit is passed. To be read to its end or left. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Starts a download. Redirects are followed one by one, so that the address policy behind `fetch` judges each.
 *
 * Throws `address-refused`, `host-unresolved`, `download-failed`, `download-http-status`, `download-too-large`,
 * `download-timeout`, `download-redirects`.
 */
export async function download(fetch: Fetch, address: string, limits = downloadLimits): Promise<Download> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), limits.timeoutMs);
  const attempt: Attempt = { address, limits, abort, timer };
  try {
    const response = await follow(fetch, attempt);
    return { url: response.url, body: limited(response, attempt) };
  } catch (error) {
    stop(attempt);
    throw explain(error, attempt);
  }
}

interface Attempt {
  readonly address: string;
  readonly limits: DownloadLimits;
  readonly abort: AbortController;
  readonly timer: NodeJS.Timeout;
}

async function follow(fetch: Fetch, attempt: Attempt): Promise<Response> {
  let address = attempt.address;
  for (let redirects = 0; redirects <= attempt.limits.maxRedirects; redirects += 1) {
    const response = await fetch(address, {
      redirect: 'manual',
      // The bytes are hashed as they are stored: no transfer compression that would be undone on the way.
      compress: false,
      headers: { 'user-agent': 'modprobot' },
      signal: attempt.abort.signal,
    });
    if (response.status === 200) return response;
    const location = response.headers.get('location');
    discard(response);
    if (response.status < 300 || response.status > 399 || response.status === 304) {
      throw new Fault('download-http-status', `${address} was answered with status ${response.status}.`, {
        address,
        status: response.status,
      });
    }
    if (location === null || !URL.canParse(location, address)) {
      throw new Fault('download-redirects', `${address} redirects to nowhere.`, { address, location });
    }
    address = new URL(location, address).href;
  }
  const { maxRedirects } = attempt.limits;
  throw new Fault('download-redirects', `${attempt.address} was redirected more than ${maxRedirects} times.`, {
    address: attempt.address,
    maxRedirects,
  });
}

async function* limited(response: Response, attempt: Attempt): AsyncGenerator<Uint8Array> {
  const { maxBytes } = attempt.limits;
  let bytes = 0;
  try {
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(attempt);
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(attempt);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw explain(error, attempt);
  } finally {
    stop(attempt);
    discard(response);
  }
}

function stop(attempt: Attempt): void {
  clearTimeout(attempt.timer);
}

function discard(response: Response): void {
  const body = response.body as unknown as { destroy?: () => void } | null;
  body?.destroy?.();
}

function tooLarge({ address, limits: { maxBytes } }: Attempt): Fault {
  return new Fault('download-too-large', `${address} is larger than ${maxBytes} bytes.`, { address, maxBytes });
}

function explain(error: unknown, { address, limits, abort }: Attempt): unknown {
  if (error instanceof Fault) return error;
  if (abort.signal.aborted) {
    const { timeoutMs } = limits;
    const message = `${address} was not downloaded within ${timeoutMs / 1000} seconds.`;
    return new Fault('download-timeout', message, { address, timeoutMs }, error);
  }
  return new Fault(
    'download-failed',
    `${address} could not be downloaded: ${(error as Error).message}`,
    { address },
    error,
  );
}
