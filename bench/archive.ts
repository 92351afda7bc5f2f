import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

/** A fixed sequence of numbers below `limit`, so that every run measures the same archive. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const words = 'static int struct return if void const u32 unsigned err dev priv ret = ; { } ( ) -> 0x'.split(' ');

function sourceText(next: (limit: number) => number, size: number): Buffer {
  const lines: string[] = [];
  for (let length = 0; length < size; ) {
    const line = Array.from({ length: 6 }, () => words[next(words.length)] ?? '');
    const text = `${line.join(' ')} v${next(10_000)}\n`;
    lines.push(text);
    length += text.length;
  }
  return Buffer.from(lines.join(''));
}

/** Writes a tar.gz in the shape of a kernel tree, in git's order: `files` files of 17 kB on average. */
export async function writeArchive(path: string, files: number): Promise<void> {
  const tar = pack();
  const done = pipeline(tar, createGzip({ level: 6 }), createWriteStream(path));
  const next = numbers(1);
  const texts = Array.from({ length: 64 }, () => sourceText(next, 2_000 + next(30_000)));
  const entry = (
    header: { name: string; type: 'file' | 'directory'; mode: number },
    body: Uint8Array = Buffer.alloc(0),
  ) =>
    new Promise<void>((resolve, reject) => {
      tar.entry(header, body, (error) => (error ? reject(error) : resolve()));
    });
  await entry({ name: 'linux-6.1/', type: 'directory', mode: 0o755 });
  for (let index = 0; index < files; index += 1) {
    const folder = `linux-6.1/driver${String(Math.floor(index / 40)).padStart(5, '0')}`;
    if (index % 40 === 0) await entry({ name: `${folder}/`, type: 'directory', mode: 0o755 });
    const name = `${folder}/source-${String(index).padStart(6, '0')}.c`;
    await entry({ name, type: 'file', mode: index % 50 === 0 ? 0o755 : 0o644 }, texts[next(texts.length)]);
  }
  tar.finalize();
  await done;
}
