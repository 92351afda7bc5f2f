import { createWriteStream } from 'node:fs';
import { mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { Fault } from '../errors.js';
import { download } from '../net/download.js';
import type { Fetch } from '../net/http.js';
import type { Engine } from '../nix/engine/engine.js';
import { parseHash, toSri } from '../nix/sri.js';
import type { Refused } from '../outcome.js';
import { agree, type HashAnswer, hashTarget, isUrl } from './hash.js';

/** Hashing takes seconds; unpacking a kernel tree some minutes. */
const timeoutMs = 15 * 60_000;

/** What the built-in hasher leaves to Nix: there is no second value to compare with then. */
export const leftToNix: ReadonlySet<string> = new Set(['archive-format', 'archive-entry-unsupported']);

export interface NixHashTarget {
  readonly unpack: boolean;
  readonly fetch: Fetch;
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

/**
 * `modprobot hash` by Nix itself. A URL is downloaded here, by the rules and limits of every download, and Nix is given the
 * file, without a network. Where the built-in hasher knows the format it must come to the same hash, and what it refuses is
 * refused: Nix alone would take an archive with two top folders, which fetchzip does not.
 *
 * Throws `file-unreadable`, `nix-hash-failed`, and what `download` and the engine throw.
 */
export async function hashTargetByNix(target: string, options: NixHashTarget): Promise<HashAnswer | Refused> {
  const started = performance.now();
  const scratch = await mkdtemp(join(tmpdir(), 'modprobot-hash-'));
  try {
    const file = isUrl(target) ? await downloaded(target, scratch, options.fetch) : await existing(target);
    const builtin = await hashTarget(file, options);
    if ('outcome' in builtin && !leftToNix.has(builtin.code)) return builtin;
    const engine = options.engine.name === 'container' ? 'container' : 'nix';
    const hash = await prefetch(file, options);
    const agreed =
      'outcome' in builtin
        ? null
        : agree([
            { by: engine, hash },
            { by: 'builtin', hash: builtin.hash },
          ]);
    if (agreed !== null && 'outcome' in agreed) return agreed;
    const seconds = Math.round(performance.now() - started) / 1000;
    return { hash, engine, bytes: (await stat(file)).size, seconds };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function downloaded(url: string, scratch: string, fetch: Fetch): Promise<string> {
  const file = join(scratch, 'download');
  await pipeline((await download(fetch, url)).body, createWriteStream(file, { flags: 'wx' }));
  return file;
}

/** The real path: a link would lead out of the one folder that a container sees. */
async function existing(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw new Fault('file-unreadable', `${path} cannot be read: ${(error as Error).message}`, { path }, error);
  }
}

/** `nix-prefetch-url`: of the file itself, or of the NAR of what it unpacks to. */
async function prefetch(file: string, { unpack, engine, signal }: NixHashTarget): Promise<string> {
  const args = ['--type', 'sha256', '--name', 'source', ...(unpack ? ['--unpack'] : []), pathToFileURL(file).href];
  const trees = [dirname(file)];
  const finished = await engine.run({ program: 'nix-prefetch-url', args, trees, network: 'none', timeoutMs, signal });
  signal.throwIfAborted();
  const parsed = parseHash(finished.stdout.trim());
  if (finished.exitCode === 0 && parsed !== null) return toSri(parsed.digest);
  const why = finished.timedOut
    ? `it took longer than ${timeoutMs / 60_000} minutes`
    : finished.stderr.trim().split('\n').slice(-3).join(' | ').slice(0, 600) || 'it was killed (out of memory?)';
  throw new Fault('nix-hash-failed', `Nix did not tell the hash of ${file}: ${why}`, { file, why });
}
