import type { TransformOptions } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, type ZlibOptions } from 'node:zlib';
import { ArchiveProblem } from './archive-problem.js';

type Bytes = AsyncIterable<Uint8Array>;

/** The first bytes of what fetchzip can unpack and this program cannot: left to Nix. */
const unsupported: readonly (readonly [string, Buffer])[] = [
  ['xz', Buffer.from('fd377a585a00', 'hex')],
  ['bzip2', Buffer.from('BZh')],
  ['zstd', Buffer.from('28b52ffd', 'hex')],
  ['zip', Buffer.from('504b0304', 'hex')],
  ['lzip', Buffer.from('LZIP')],
];

/** The tar inside: gunzipped where the bytes (not the name) say that it is compressed, as GNU tar does it. */
export async function* uncompressed(source: Bytes): Bytes {
  const { head, all } = await peek(source, 6);
  for (const [name, magic] of unsupported) {
    if (!head.subarray(0, magic.length).equals(magic)) continue;
    throw new ArchiveProblem('archive-format', `The archive is compressed with ${name}, which only Nix can unpack.`);
  }
  if (head[0] === 0x1f && head[1] === 0x8b) yield* gunzipped(all);
  else yield* all;
}

async function* gunzipped(source: Bytes): Bytes {
  // Large chunks, and room for some: zlib works on its own thread while this one hashes.
  const room: ZlibOptions & TransformOptions = { chunkSize: 256 * 1024, highWaterMark: 1024 * 1024 };
  const gunzip = createGunzip(room);
  // Its failure ends `gunzip` with the same error, which the loop below meets.
  pipeline(source, gunzip).catch(() => {});
  try {
    yield* gunzip as Bytes;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw new ArchiveProblem('archive-cut-off', 'The archive is cut off.');
    if (code === 'Z_DATA_ERROR') throw new ArchiveProblem('archive-malformed', 'The archive is no sound gzip file.');
    throw error;
  }
}

async function peek(source: Bytes, count: number): Promise<{ head: Buffer; all: Bytes }> {
  const iterator = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < count) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  async function* all(): Bytes {
    try {
      yield head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head, all: all() };
}
