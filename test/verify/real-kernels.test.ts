import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type OpenedEngine, openEngine } from '../../src/nix/engine/open.js';
import { readBrokenBound } from '../../src/nixpkgs/broken-bound.js';
import { fakeHash, hashByNix } from '../../src/source/nix-hash.js';
import type { BuildCache, BuildResult } from '../../src/verify/build-cache.js';
import { type Verified, verify } from '../../src/verify/verify.js';
import { type HttpsServer, startHttpsServer } from '../support/git-server.js';
import {
  containersOf,
  copyNixpkgs,
  type ImageKernel,
  kernelsInImage,
  nixImage,
  plainMake,
  type RealDriver,
  realDrivers,
  setName,
  testEngineSettings,
} from '../support/nix.js';
import { describeWith } from '../support/require.js';

const firstComplaint = (log: string) => log.split('\n').find((line) => line.includes('error: ')) ?? '';
const derivation = 'pkgs/os-specific/linux/v4l2loopback/default.nix';
const settings = { evaluationMs: 120_000, buildMs: 300_000, parallel: 2, allowOtherBuilds: false, system: null };

function memory(): BuildCache & { readonly results: Map<string, BuildResult> } {
  const results = new Map<string, BuildResult>();
  return {
    results,
    get: async (drvPath) => results.get(drvPath) ?? null,
    put: async (drvPath, result) => void results.set(drvPath, result),
  };
}

describeWith(nixImage, 'verify: real drivers on real kernels', () => {
  let drivers: readonly RealDriver[];
  let kernels: readonly ImageKernel[];
  let upstream: HttpsServer;
  let opened: OpenedEngine;
  let archives: string;
  const trees = new Map<string, string>();
  const hashes = new Map<string, string>();
  const downloads: string[] = [];
  const cache = memory();

  const treeOf = (driver: RealDriver | undefined) => trees.get(driver?.version ?? '') ?? '';

  async function writeVersion(tree: string, version: string, hash: string): Promise<void> {
    const file = path.join(tree, derivation);
    const text = await readFile(file, 'utf8');
    const edited = text
      .replace(/version = "[^"$]*";/, `version = "${version}";`)
      .replace(/hash = "[^"]*";/, `hash = "${hash}";`);
    await writeFile(file, edited);
  }

  beforeAll(async () => {
    drivers = await realDrivers();
    archives = await copyNixpkgs();
    for (const driver of drivers) {
      const top = `v4l2loopback-${driver.version}`;
      await cp(driver.directory, path.join(archives, 'unpacked', top), { recursive: true });
      const file = path.join(archives, `${driver.version}.tar.gz`);
      await promisify(execFile)('tar', ['-C', path.join(archives, 'unpacked'), '-czf', file, top]);
    }
    upstream = await startHttpsServer(['github.com'], async (request, response) => {
      downloads.push(request.url ?? '');
      const version = /^\/umlaeute\/v4l2loopback\/archive\/refs\/tags\/v([0-9.]+)\.tar\.gz$/.exec(
        request.url ?? '',
      )?.[1];
      if (version === undefined || !drivers.some((driver) => driver.version === version)) {
        response.writeHead(404).end();
        return;
      }
      response.end(await readFile(path.join(archives, `${version}.tar.gz`)));
    });
    opened = await openEngine(testEngineSettings(upstream.hosts));
    kernels = await kernelsInImage(opened.engine);
    for (const { version } of drivers) {
      const tree = await copyNixpkgs(kernels);
      trees.set(version, tree);
      await writeVersion(tree, version, fakeHash);
      const request = {
        tree,
        attr: 'v4l2loopback',
        sets: kernels.map(setName),
        evaluationMs: 120_000,
        downloadMs: 60_000,
      };
      const hash = await hashByNix(request, opened.engine);
      hashes.set(version, hash);
      await writeVersion(tree, version, hash);
    }
  }, 300_000);

  afterAll(async () => {
    await opened?.close();
    await upstream?.close();
    for (const tree of trees.values()) await rm(tree, { recursive: true, force: true });
    if (archives !== undefined) await rm(archives, { recursive: true, force: true });
  });

  it('has a hash from nixpkgs’ own fetcher that is what nix-prefetch-url --unpack prints', async () => {
    for (const { version } of drivers) {
      const folder = path.join(archives, version);
      await mkdir(folder);
      const finished = await opened.engine.run({
        program: 'nix-prefetch-url',
        args: ['--unpack', '--name', 'source', `file://${archives}/${version}.tar.gz`],
        trees: [archives],
        network: 'none',
        timeoutMs: 60_000,
      });
      const converted = await opened.engine.run({
        program: 'nix-hash',
        args: ['--type', 'sha256', '--to-sri', finished.stdout.trim()],
        trees: [],
        network: 'none',
        timeoutMs: 60_000,
      });
      expect(converted.stdout.trim()).toBe(hashes.get(version));
    }
  }, 120_000);

  it('agrees with a plain make for every pair of release and kernel', async () => {
    const table = new Map<string, Verified>();
    const expected: Record<string, string> = {};
    const actual: Record<string, string> = {};
    for (const driver of drivers) {
      const verified = await verify(
        {
          attr: 'v4l2loopback',
          before: treeOf(drivers[0]),
          after: treeOf(driver),
          sets: kernels.map((kernel) => ({ set: setName(kernel), version: '' })),
        },
        { engine: opened.engine, builds: cache, settings },
      );
      table.set(driver.version, verified);
      for (const [place, kernel] of kernels.entries()) {
        const pair = `${driver.version} on ${kernel.version}`;
        const { state, log } = await plainMake(opened.engine, driver, kernel);
        expected[pair] = state;
        const verdict = verified.verdicts[place];
        actual[pair] = verdict?.after ?? 'nothing';
        // gcc prints its first error itself: the line is looked up in its own words, not by the code under test.
        if (verdict?.error) expect(log).toContain(`:${verdict.error.line}:`);
        if (verdict?.error) expect(firstComplaint(log)).toContain(verdict.error.message);
      }
    }
    expect(actual).toEqual(expected);
    process.stderr.write(
      `${Object.entries(actual)
        .map(([pair, state]) => `  ${pair}: ${state}`)
        .join('\n')}\n`,
    );
    for (const [release, { verdicts }] of table) {
      for (const verdict of verdicts) {
        if (verdict.after === 'ok') {
          expect(verdict.modules.map(({ name }) => name)).toEqual(['v4l2loopback.ko']);
          expect(verdict.modules[0]?.vermagic).toContain(verdict.version);
          expect(verdict.modules[0]).toMatchObject({ version: release, license: 'GPL' });
        } else {
          expect(verdict.error?.file).toMatch(/^v4l2loopback/);
          expect(verdict.error?.message).not.toBe('');
        }
      }
    }
  }, 600_000);

  it('builds nothing that was built before', async () => {
    const started: string[] = [];
    const verified = await verify(
      {
        attr: 'v4l2loopback',
        before: treeOf(drivers[0]),
        after: treeOf(drivers.at(-1)),
        sets: kernels.map((kernel) => ({ set: setName(kernel), version: '' })),
      },
      {
        engine: opened.engine,
        builds: cache,
        settings,
        onProgress: (progress) => {
          if (progress.kind === 'started') started.push(progress.set);
        },
      },
    );
    expect(started).toEqual([]);
    expect(verified.verdicts.map(({ ms }) => ms)).toEqual(kernels.map(() => 0));
  }, 120_000);

  it('tries what a bound excludes, without another build where that was built before', async () => {
    const newest = drivers.at(-1);
    const bound = `kernel.kernelAtLeast "${kernels[1]?.branch}"`;
    const tree = await copyNixpkgs(kernels);
    trees.set('bounded', tree);
    await writeVersion(tree, newest?.version ?? '', hashes.get(newest?.version ?? '') ?? '');
    const text = await readFile(path.join(tree, derivation), 'utf8');
    await writeFile(path.join(tree, derivation), text.replace('  meta = {', `  meta = {\n    broken = ${bound};`));
    const sets = kernels.map((kernel) => ({ set: setName(kernel), version: '' }));
    const ports = { engine: opened.engine, builds: cache, settings };
    const unbounded = await verify({ attr: 'v4l2loopback', before: null, after: treeOf(newest), sets }, ports);
    const bounded = await verify({ attr: 'v4l2loopback', before: null, after: tree, sets }, ports);
    const excluded = unbounded.verdicts.slice(1);
    expect(bounded.verdicts[0]?.after).toBe(unbounded.verdicts[0]?.after);
    expect(bounded.verdicts.slice(1).map(({ status }) => status)).toEqual(excluded.map(() => 'unavailable'));
    expect(bounded.trials).toEqual(excluded.map(({ set, after }) => ({ set, after })));
    expect(readBrokenBound(tree, 'v4l2loopback')).toMatchObject({ expression: bound, file: derivation });
  }, 120_000);

  it('leaves no container behind', async () => {
    const mine = `modprobot-${process.pid}-`;
    const left = await containersOf('modprobot-test');
    expect(left.filter((name) => name.startsWith(mine))).toEqual([]);
  });
});
