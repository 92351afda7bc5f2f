import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { execa } from 'execa';
import { parseHash, toSri } from '../src/nix/sri.js';
import { hashTarget } from '../src/source/hash.js';
import { writeArchive } from './archive.js';
import { benchWatch } from './watch.js';

if (process.argv[2] === 'watch') await benchWatch(Number(process.argv[3] ?? 1000));
else await benchHash();

/**
 * Measures the built-in hasher on a large archive, beside its floor (gunzip and SHA-256 alone) and, where Nix is installed,
 * `nix-prefetch-url --unpack`. An archive of one's own: `npm run bench -- FILE`.
 */
async function benchHash(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'modprobot-bench-'));
  try {
    const archive = process.argv[2] === undefined ? await generated(directory) : path.resolve(process.argv[2]);
    const megabytes = ((await stat(archive)).size / 1e6).toFixed(0);
    console.log(`${path.basename(archive)}, ${megabytes} MB compressed; the best of three`);
    await report('gunzip and SHA-256 alone', 3, () => floor(archive));
    await report('modprobot', 3, () => builtin(archive));
    await report('nix-prefetch-url --unpack', 1, () => nix(archive)).catch(() => console.log('Nix is not installed.'));
    console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function generated(directory: string): Promise<string> {
  const archive = path.join(directory, 'generated.tar.gz');
  await writeArchive(archive, 40_000);
  return archive;
}

async function report(name: string, times: number, run: () => Promise<string>): Promise<void> {
  const seconds: number[] = [];
  let result = '';
  for (let round = 0; round < times; round += 1) {
    const started = performance.now();
    result = await run();
    seconds.push((performance.now() - started) / 1000);
  }
  console.log(
    `${Math.min(...seconds)
      .toFixed(2)
      .padStart(8)} s  ${name}  ${result}`,
  );
}

async function floor(archive: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(archive).pipe(createGunzip({ chunkSize: 256 * 1024 }))) hash.update(chunk);
  return '';
}

async function builtin(archive: string): Promise<string> {
  const answer = await hashTarget(archive, {
    unpack: true,
    fetch: () => Promise.reject(new Error('a local file needs no network')),
  });
  if ('outcome' in answer) throw new Error(answer.reason);
  return answer.hash;
}

async function nix(archive: string): Promise<string> {
  // A name of its own, so that the store does not answer from an earlier run.
  const args = ['--unpack', '--name', `bench-${process.pid}`, `file://${archive}`];
  const { stdout } = await execa('nix-prefetch-url', args);
  const parsed = parseHash(stdout.trim());
  return parsed === null ? stdout : toSri(parsed.digest);
}
