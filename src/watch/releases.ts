import { z } from 'zod';
import { Fault } from '../errors.js';
import type { Fetch } from '../net/http.js';

/** A published release of a GitHub repository with the files that hang on it. */
export interface UpstreamRelease {
  readonly tag: string;
  readonly prerelease: boolean;
  readonly assets: readonly Asset[];
}

export interface Asset {
  /** Comes from a stranger: never an option, never part of a shell line. */
  readonly name: string;
  /** SHA-256 of the file in hexadecimal, as GitHub states it; null for files that were uploaded before it did. */
  readonly sha256: string | null;
  /** ISO 8601 time of the upload, by GitHub's clock. */
  readonly uploadedAt: string;
}

/** What a repository's releases were when they were last asked for. */
export interface ReleaseList {
  readonly releases: readonly UpstreamRelease[];
  /** Sent back, it makes the same answer cost nothing; null when GitHub gave none. */
  readonly etag: string | null;
}

/** Releases of an upstream as they were just seen, and what the ledger remembers of their assets. */
export interface SeenReleases {
  readonly releases: readonly UpstreamRelease[];
  /** SHA-256 of an asset when it was first seen, by `<tag>/<name>`. */
  readonly firstDigests: ReadonlyMap<string, string>;
}

/** The newest hundred releases are one page; a list of them with a thousand files is far below this. */
const limits = { perPage: 100, timeoutMs: 60_000, maxBytes: 32 * 1024 * 1024 };

const answer = z.array(
  z.object({
    tag_name: z.string(),
    draft: z.boolean(),
    prerelease: z.boolean(),
    assets: z.array(
      z.object({ name: z.string(), state: z.string(), digest: z.string().nullish(), created_at: z.string() }),
    ),
  }),
);

/**
 * The newest releases of a GitHub repository with their assets, newest first, in one request. An unchanged list is
 * answered with 304, which does not count against the limit of a request that carries a token (GitHub, "Best practices
 * for using the REST API").
 *
 * @param url of the repository; on another forge than GitHub it has no releases
 * @param known the list as it was seen before
 * @param token of an installation
 * @throws Fault `upstream-gone`, `upstream-unreachable`, `address-refused`
 */
export async function listReleases(
  url: string,
  known: ReleaseList | null,
  { fetch, token }: { readonly fetch: Fetch; readonly token: string },
): Promise<ReleaseList> {
  const path = /^https:\/\/github\.com\/([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url)?.[1];
  if (path === undefined) return { releases: [], etag: null };
  const address = `https://api.github.com/repos/${path}/releases?per_page=${limits.perPage}`;
  try {
    const response = await fetch(address, {
      headers: {
        accept: 'application/vnd.github+json',
        'user-agent': 'modprobot',
        'x-github-api-version': '2022-11-28',
        authorization: `Bearer ${token}`,
        ...(known?.etag ? { 'if-none-match': known.etag } : {}),
      },
      size: limits.maxBytes,
      signal: AbortSignal.timeout(limits.timeoutMs),
    });
    if (response.status === 304 && known !== null) return known;
    const text = await response.text();
    if (response.status !== 200) throw unanswered(address, response.status);
    return { releases: readReleases(JSON.parse(text)), etag: response.headers.get('etag') };
  } catch (error) {
    if (error instanceof Fault) throw error;
    const message = `${address} did not list its releases: ${(error as Error).message}`;
    throw new Fault('upstream-unreachable', message, { address }, error);
  }
}

function readReleases(json: unknown): UpstreamRelease[] {
  return answer
    .parse(json)
    .filter(({ draft }) => !draft)
    .map(({ tag_name: tag, prerelease, assets }) => ({
      tag,
      prerelease,
      assets: assets
        .filter(({ state }) => state === 'uploaded')
        .map(({ name, digest, created_at: uploadedAt }) => {
          return { name, sha256: /^sha256:([0-9a-f]{64})$/.exec(digest ?? '')?.[1] ?? null, uploadedAt };
        }),
    }));
}

function unanswered(address: string, status: number): Fault {
  const data = { address, status };
  if ([404, 410, 451].includes(status)) {
    return new Fault('upstream-gone', `${address} does not exist any more, or is private.`, data);
  }
  return new Fault('upstream-unreachable', `${address} was answered with status ${status}.`, data);
}
