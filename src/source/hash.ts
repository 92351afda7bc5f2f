import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Fault } from '../errors.js';
import { type DownloadLimits, download, downloadLimits } from '../net/download.js';
import type { Fetch } from '../net/http.js';
import { toSri } from '../nix/sri.js';
import { type Refused, refused } from '../outcome.js';
import { hashArchive } from './archive.js';
import { type Fingerprint, fingerprint } from './fingerprint.js';
import type { Source, SourceHash } from './source.js';

type Bytes = AsyncIterable<Uint8Array>;

export interface Hashed {
  readonly outcome: 'hashed';
  /** SRI. */
  readonly hash: string;
  /** Size of the file that was hashed or unpacked. */
  readonly bytes: number;
  /** Commit that the archive says it was made from; null where it says nothing. */
  readonly commit: string | null;
}

/**
 * Computes a source's hash without Nix, as nixpkgs' fetcher would come to it, while the download streams.
 *
 * Refused: `source-needs-nix`, what `hashArchive` refuses, `archive-other-commit`, `asset-changed`. Throws what
 * `download` throws.
 */
export async function hashBuiltin(source: Source, fetch: Fetch, limits?: DownloadLimits): Promise<Hashed | Refused> {
  if (source.needsNix.length > 0) {
    const uses = source.needsNix.join(', ');
    return refused('source-needs-nix', `The source uses ${uses}: only Nix can compute its hash.`);
  }
  const prints: Fingerprint[] = [];
  const open = async () => {
    const print = fingerprint((await download(fetch, source.url, limits ?? downloadLimits)).body);
    prints.push(print);
    return print.bytes;
  };
  let result: Hashed | Refused;
  try {
    result = await (source.mode === 'flat' ? hashFlat(open) : hashUnpacked(open, source.stripRoot));
    const exchanged = await refuseExchanged(source, prints);
    if (exchanged !== null) return exchanged;
  } finally {
    for (const print of prints) await print.close();
  }
  if (result.outcome === 'refused') return refused(result.code, `${source.url}: ${result.reason}`);
  if (source.commit === undefined || result.commit === null || result.commit === source.commit) return result;
  return refused(
    'archive-other-commit',
    `${source.url} was made from commit ${result.commit}, but the tag points at ${source.commit}.`,
  );
}

/** The file that came must be the one that the forge stated; where it stated nothing, any may come. */
async function refuseExchanged(source: Source, prints: readonly Fingerprint[]): Promise<Refused | null> {
  if (source.sha256 === undefined) return null;
  for (const print of prints) {
    const came = await print.sha256();
    if (came === source.sha256) continue;
    const reason = `${source.url}: the file has the SHA-256 ${came}, but ${source.sha256} was stated for it.`;
    return refused('asset-changed', reason);
  }
  return null;
}

/** One way to the hash and what it came to. */
export interface WayToHash {
  readonly by: SourceHash['hashedBy'][number];
  readonly hash: string;
}

/** All ways must have come to the same SRI hash; otherwise refused as `hash-disagreement`, naming every value. */
export function agree(ways: readonly [WayToHash, ...WayToHash[]]): SourceHash | Refused {
  const [{ hash }] = ways;
  if (ways.every((way) => way.hash === hash)) return { hash, hashedBy: ways.map((way) => way.by) };
  const values = ways.map((way) => `${way.by} says ${way.hash}`).join(', ');
  return refused('hash-disagreement', `The hash of the source is not certain: ${values}.`);
}

/** The answer of `modprobot hash`. */
export interface HashAnswer {
  readonly hash: string;
  readonly engine: 'builtin' | 'nix' | 'container';
  /** Size of what was hashed or unpacked. */
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * `modprobot hash` with the built-in engine: of a URL or a local file, flat or (`unpack`) as fetchzip would unpack it.
 * Throws `file-unreadable` and what `download` throws.
 */
export async function hashTarget(
  target: string,
  options: { readonly unpack: boolean; readonly fetch: Fetch },
): Promise<HashAnswer | Refused> {
  const started = performance.now();
  const open = async () => (isUrl(target) ? (await download(options.fetch, target)).body : readFile(target));
  const result = await (options.unpack ? hashUnpacked(open, true) : hashFlat(open));
  if (result.outcome === 'refused') return result;
  const seconds = Math.round(performance.now() - started) / 1000;
  return { hash: result.hash, engine: 'builtin', bytes: result.bytes, seconds };
}

export function isUrl(target: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(target);
}

async function* readFile(path: string): Bytes {
  try {
    yield* createReadStream(path, { highWaterMark: 1024 * 1024 }) as Bytes;
  } catch (error) {
    throw new Fault('file-unreadable', `${path} cannot be read: ${(error as Error).message}`, { path }, error);
  }
}

async function hashFlat(open: () => Promise<Bytes>): Promise<Hashed> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of await open()) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { outcome: 'hashed', hash: toSri(hash.digest()), bytes, commit: null };
}

async function hashUnpacked(open: () => Promise<Bytes>, stripRoot: boolean): Promise<Hashed | Refused> {
  let bytes = 0;
  async function* counted(source: Bytes): Bytes {
    bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  const result = await hashArchive(async () => counted(await open()), { stripRoot });
  if (result.outcome === 'refused') return result;
  const commit = /^[0-9a-f]{40}$/.exec(result.comment ?? '')?.[0] ?? null;
  return { outcome: 'hashed', hash: toSri(result.digest), bytes, commit };
}
