import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenedEngine, openEngine } from '../../src/nix/engine/open.js';
import { type Files, readFolder } from '../support/folder.js';
import { type GitHub, startGitHub } from '../support/github/index.js';
import { netTo } from '../support/net.js';
import {
  copyNixpkgs,
  type ImageKernel,
  kernelsInImage,
  nixImage,
  plainMake,
  type RealDriver,
  realDrivers,
  setName,
  testEngineEnvironment,
  testEngineSettings,
} from '../support/nix.js';
import { describeWith } from '../support/require.js';
import { type AppProcess, dataFolder, startApp } from './support/app-process.js';
import { commitsOn, conclusionsOf, fileOn, ownBranches, pullsOf } from './support/fork.js';
import { until } from './support/until.js';
import { archiveUrl, hashOfTag } from './support/upstream.js';

const upstream = 'umlaeute/v4l2loopback';
const derivation = 'pkgs/os-specific/linux/v4l2loopback/default.nix';
const branch = 'modprobot/master/v4l2loopback';
const configuration = 'kernels: [all]\ndrivers:\n  v4l2loopback: {}\n';

type State = 'ok' | 'fails';
interface Row {
  readonly set: string;
  readonly before: State;
  readonly after: State;
}

const minutes = (count: number) => count * 60_000;

describeWith(nixImage, 'a real driver on real kernels, from the tag to the pull request', () => {
  let github: GitHub;
  let engine: OpenedEngine;
  let kernels: readonly ImageKernel[];
  let nixpkgs: string;
  let data: Awaited<ReturnType<typeof dataFolder>>;
  let app: AppProcess;
  /** What nixpkgs has, what comes out first, and what comes out last. */
  let pinned: RealDriver;
  let middle: RealDriver;
  let newest: RealDriver;
  const referee = new Map<RealDriver, Map<string, State>>();

  beforeAll(async () => {
    const drivers = await realDrivers();
    const [third, second, last] = drivers.slice(-3);
    if (!third || !second || !last) throw new Error(`found ${drivers.length} releases; three are needed here`);
    [pinned, middle, newest] = [third, second, last];
    github = await startGitHub();
    engine = await openEngine(testEngineSettings(github.hosts));
    kernels = await kernelsInImage(engine.engine);
    nixpkgs = await copyNixpkgs(kernels);
    for (const driver of [pinned, middle, newest]) {
      const states = new Map<string, State>();
      for (const kernel of kernels) states.set(setName(kernel), (await plainMake(engine.engine, driver, kernel)).state);
      referee.set(driver, states);
    }
    await github.createRepository({ owner: 'umlaeute', name: 'v4l2loopback' });
    await release(pinned);
    await release(middle);
    await createFork('anna');
    data = await dataFolder();
    app = await startReal();
    github.install('anna', ['anna/nixpkgs']);
  }, minutes(4));

  afterAll(async () => {
    await app?.stop();
    await engine?.close();
    await github?.close();
    await data?.remove();
    if (nixpkgs) await rm(nixpkgs, { recursive: true, force: true });
  }, minutes(1));

  const startReal = (folder = data.path) => startApp({ github, data: folder, environment: testEngineEnvironment() });

  async function release({ version, directory }: RealDriver): Promise<void> {
    const files: Files = await readFolder(directory);
    await github.commit(upstream, { message: `release ${version}`, files });
    await github.tag(upstream, { name: `v${version}`, message: `v4l2loopback ${version}` });
  }

  async function createFork(owner: string): Promise<void> {
    const files = await readFolder(nixpkgs);
    const hash = await hashOfTag(github, upstream, `v${pinned.version}`);
    const text = String(files[derivation])
      .replace(/version = "[^"$]*";/, `version = "${pinned.version}";`)
      .replace(/hash = "[^"]*";/, `hash = "${hash}";`);
    const more = { [derivation]: text, '.github/modprobot.yml': configuration };
    await github.createRepository({ owner, name: 'nixpkgs', defaultBranch: 'master', files: { ...files, ...more } });
  }

  const rowsOf = (driver: RealDriver): Row[] =>
    kernels.map((kernel) => {
      const state = (one: RealDriver) => referee.get(one)?.get(setName(kernel)) ?? 'fails';
      return { set: setName(kernel), before: state(pinned), after: state(driver) };
    });

  /** What the pull request says of each kernel: `| set | before | after | …`. */
  function tableIn(body: string): Row[] {
    return kernels.map((kernel) => {
      const line = body.split('\n').find((one) => one.startsWith('|') && one.includes(setName(kernel))) ?? '';
      const [before, after] = [...line.matchAll(/\b(ok|fails)\b/g)].map(([word]) => word as State);
      if (!before || !after) throw new Error(`the table has no row for ${setName(kernel)}:\n${body}`);
      return { set: setName(kernel), before, after };
    });
  }

  const conclusion = ({ before, after }: Row) => (after === 'ok' ? 'success' : before === 'ok' ? 'failure' : 'neutral');

  /** A release without a kernel is for the default one, which is the oldest of the image. */
  const isDraft = (rows: readonly Row[]) =>
    rows[0]?.after !== 'ok' || rows.some(({ before, after }) => before === 'ok' && after === 'fails');

  async function pullFor(owner: string, driver: RealDriver) {
    const title = `linuxPackages.v4l2loopback: ${pinned.version} -> ${driver.version}`;
    const fork = `${owner}/nixpkgs`;
    return until(title, () => pullsOf(github, fork).find((pull) => pull.title === title), minutes(3));
  }

  /** Holds all that the App published of a driver against the plain make. */
  async function expectPublished(owner: string, driver: RealDriver): Promise<void> {
    const fork = `${owner}/nixpkgs`;
    const rows = rowsOf(driver);
    const { body, pull } = await pullFor(owner, driver);
    expect(tableIn(body ?? '')).toEqual(rows);
    const conclusions = Object.fromEntries(rows.map((row) => [row.set, conclusion(row)]));
    expect(conclusionsOf(github, fork, pull.headSha)).toEqual(conclusions);
    expect(pull).toMatchObject({ draft: isDraft(rows), headRef: branch, baseRef: 'master' });
    expect(pullsOf(github, fork)).toHaveLength(1);
    expect(await ownBranches(github, fork)).toEqual([branch]);
    expect(await commitsOn(github, fork, 'master', branch)).toEqual([
      `linuxPackages.v4l2loopback: ${pinned.version} -> ${driver.version}`,
    ]);
    const hash = await hashByNixItself(driver);
    expect(await fileOn(github, fork, branch, derivation)).toContain(`hash = "${hash}";`);
    expect(body).toContain(hash);
    const shown = rows.map(({ set, before, after }) => `  ${set}: ${before} -> ${after}`).join('\n');
    process.stderr.write(`${pinned.version} -> ${driver.version} on ${fork}\n${shown}\n`);
  }

  /** What `nix-prefetch-url --unpack` says of the archive that the stand-in serves, as SRI. */
  async function hashByNixItself({ version }: RealDriver): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'modprobot-archive-'));
    try {
      const answer = await netTo(github).fetch(archiveUrl(upstream, `v${version}`));
      await writeFile(join(folder, 'source.tar.gz'), Buffer.from(await answer.arrayBuffer()));
      const address = `file://${folder}/source.tar.gz`;
      const prefetched = await nix('nix-prefetch-url', ['--unpack', '--name', 'source', address], [folder]);
      return await nix('nix-hash', ['--type', 'sha256', '--to-sri', prefetched], []);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async function nix(program: string, args: string[], trees: string[]): Promise<string> {
    const finished = await engine.engine.run({ program, args, trees, network: 'none', timeoutMs: minutes(1) });
    expect(finished).toMatchObject({ exitCode: 0 });
    return finished.stdout.trim();
  }

  it(
    'proposes a release as plain make finds it on every kernel',
    async () => {
      await expectPublished('anna', middle);
    },
    minutes(4),
  );

  it(
    'brings the one pull request up to the next release, and proposes the same to a fork that comes later',
    async () => {
      await release(newest);
      await createFork('bruno');
      github.install('bruno', ['bruno/nixpkgs']);
      await expectPublished('bruno', newest);
      // No hook tells of a tag where the App is not installed: a restart looks, as the schedule would.
      await app.stop();
      app = await startReal();
      await expectPublished('anna', newest);
    },
    minutes(4),
  );

  it(
    'publishes nothing twice: after a hook that comes again, a restart, or with all that it knew lost',
    async () => {
      const before = pullsOf(github, 'anna/nixpkgs').map(({ pull }) => pull.headSha);
      for (const { id, event } of [...github.deliveries]) if (event === 'installation') github.redeliver(id);
      await github.settled();
      await app.stop();
      await data.remove();
      data = await dataFolder();
      app = await startReal();
      const published = () => app.log.filter(({ outcome }) => outcome === 'published').map(({ fork }) => fork);
      await until('both updates', async () => published().length === 2, minutes(3));
      expect(published().sort()).toEqual(['anna/nixpkgs', 'bruno/nixpkgs']);
      for (const owner of ['anna', 'bruno']) await expectPublished(owner, newest);
      expect(pullsOf(github, 'anna/nixpkgs').map(({ pull }) => pull.headSha)).toEqual(before);
    },
    minutes(4),
  );

  it('asks nothing of GitHub that its description does not know, and stops cleanly', async () => {
    expect(await app.stop()).toBe(0);
    expect(app.log.filter(({ level }) => level >= 50)).toEqual([]);
    expect(github.violations).toEqual([]);
  });
});
