import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { kernelTable } from '../../src/cli/kernel-table.js';
import { printable, progress } from '../../src/cli/output.js';
import { workerPorts } from '../../src/cli/worker-ports.js';
import { openWorld } from '../../src/cli/world.js';
import type { Ledger } from '../../src/jobs/ledger.js';
import { startServer } from '../../src/server.js';
import { hashBuiltin } from '../../src/source/hash.js';
import type { Verdict } from '../../src/verify/verdict.js';
import { type GitHub, startGitHub } from '../support/github/index.js';
import { demoEngine } from './engine.js';
import { forkFiles } from './fork.js';
import { driverFiles } from './upstream.js';

/**
 * The main job on embedded defaults: a GitHub of its own on loopback with a nixpkgs fork and a driver's repository, the real
 * App against it over HTTP, a tag upstream, and the pull request that comes of it.
 *
 * `--once` ends by itself; `--json` prints one object as its last line.
 */
const usage = `npm run demo [-- --once] [-- --json]

  --once   end when the pull request is there; else the App keeps running until Ctrl-C
  --json   print the result as one JSON object, the last line on standard output

MODPROBOT_ENGINE=none skips the kernels.`;

const flags = new Set(process.argv.slice(2));
const unknown = [...flags].filter((flag) => !['--once', '--json', '--help'].includes(flag));
if (unknown.length > 0 || flags.has('--help')) {
  (unknown.length > 0 ? process.stderr : process.stdout).write(`${usage}\n`);
  process.exit(unknown.length > 0 ? 64 : 0);
}

const upstream = 'pulse-driver/pulse';
const fork = 'you/nixpkgs';

interface Outcome {
  readonly outcome: string;
  readonly reason?: string;
  readonly pullRequest: {
    readonly number: number;
    readonly url: string;
    readonly title: string;
    readonly draft: boolean;
  };
  readonly version: { readonly from: string; readonly to: string };
  readonly hash: string;
  readonly hashedBy: readonly string[];
  readonly files: readonly { readonly diff: string }[];
  readonly kernels: readonly Verdict[];
}

const started = performance.now();
const scratch = await mkdtemp(join(tmpdir(), 'modprobot-demo-'));
const github = await startGitHub();
const cleanUp: (() => Promise<void>)[] = [() => github.close(), () => rm(scratch, { recursive: true, force: true })];
try {
  await run();
} finally {
  for (const clean of cleanUp.reverse()) await clean();
}

async function run(): Promise<void> {
  step('1. A GitHub of our own, with a driver and a nixpkgs fork');
  progress(`GitHub's stand-in listens on ${github.origin}`);
  const engine = await demoEngine(github.hosts, progress);
  cleanUp.push(() => rm(engine.nixpkgs, { recursive: true, force: true }));
  progress(engine.found);
  const world = openWorld({
    ...{
      HOST: '127.0.0.1',
      PORT: '0',
      MODPROBOT_DATA: join(scratch, 'data'),
      MODPROBOT_HOSTS: JSON.stringify(github.hosts),
    },
    ...{ APP_ID: String(github.app.id), PRIVATE_KEY: github.app.privateKey, WEBHOOK_SECRET: github.app.webhookSecret },
  });
  await createRepositories(github, engine.nixpkgs, world.fetch);

  step('2. The App starts, and is installed on both');
  let ledger: Ledger | null = null;
  const server = await startServer(
    world.settings,
    ['serve', 'worker'],
    {
      fetch: world.fetch,
      worker: (parts) => {
        ledger = parts.ledger;
        return workerPorts({ ...world, settings: { ...world.settings, engine: engine.settings } }, parts);
      },
    },
    pino({ level: 'info' }, forPeople()),
  );
  cleanUp.push(() => server.stop());
  github.setWebhookUrl(`${server.url}/api/github/webhooks`);
  github.install('you', [fork]);
  github.install('pulse-driver', [upstream]);
  await outcome((found) => found.outcome === 'current');
  progress('pulse 0.3.0 is tracked, and current');

  step('3. The author of the driver pushes the tag v0.4.0');
  const tagged = performance.now();
  await github.commit(upstream, { message: 'pulse 0.4.0', files: await driverFiles('0.4.0') });
  await github.tag(upstream, { name: 'v0.4.0' });
  const published = await outcome((found) => found.outcome !== 'current');
  if (published.outcome !== 'published') throw new Error(`no pull request: ${published.reason}`);
  const seconds = Math.round((performance.now() - tagged) / 100) / 10;
  show(published, seconds);
  if (!flags.has('--once')) await untilInterrupted(String(server.url));

  async function outcome(wanted: (found: Outcome) => boolean): Promise<Outcome> {
    for (const end = performance.now() + 20 * 60_000; performance.now() < end; await setTimeout(200)) {
      const driver = await ledger?.drivers.find('you', 'nixpkgs', 'pulse');
      const found = driver?.outcome as Outcome | null | undefined;
      if (found && wanted(found)) return found;
    }
    throw new Error('the App did not come to an end within twenty minutes');
  }
}

async function createRepositories(
  at: GitHub,
  nixpkgs: string,
  fetch: Parameters<typeof hashBuiltin>[1],
): Promise<void> {
  await at.createRepository({ owner: 'pulse-driver', name: 'pulse', files: await driverFiles('0.3.0') });
  await at.tag(upstream, { name: 'v0.3.0' });
  const url = `https://github.com/${upstream}/archive/refs/tags/v0.3.0.tar.gz`;
  const source = { fetcher: 'fetchFromGitHub', url, mode: 'nar', stripRoot: true, needsNix: [] } as const;
  const hashed = await hashBuiltin(source, fetch);
  if (hashed.outcome !== 'hashed') throw new Error(hashed.reason);
  const files = await forkFiles(nixpkgs, hashed.hash);
  await at.createRepository({ owner: 'you', name: 'nixpkgs', defaultBranch: 'master', files });
}

function show(found: Outcome, seconds: number): void {
  const { pullRequest, version, hash, hashedBy, files, kernels } = found;
  const stored = github.people.pull(fork, pullRequest.number);
  step(`4. ${pullRequest.title}${pullRequest.draft ? ' (a draft)' : ''}`);
  const text = [
    `${seconds} s after the tag: ${pullRequest.url}`,
    `source hash ${hash}, computed by ${hashedBy.join(' and ')}`,
    '',
    ...files.map(({ diff }) => diff),
    kernelTable(kernels),
    '',
    'What the maintainer reads:',
    '',
    stored.body ?? '',
  ];
  process.stderr.write(`${text.map(lines).join('\n')}\n`);
  if (!flags.has('--json')) return;
  const { number: _number, ...shown } = pullRequest;
  process.stdout.write(`${JSON.stringify({ pullRequest: shown, version, hash, hashedBy, kernels, seconds })}\n`);
}

function lines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function step(title: string): void {
  process.stderr.write(`\n${title}  [${((performance.now() - started) / 1000).toFixed(1)} s]\n`);
}

/** The App's log as lines of progress. */
function forPeople(): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split('\n')) {
        if (line === '') continue;
        const entry = JSON.parse(line) as { msg?: string; err?: { message?: string }; level: number };
        progress(printable(`App: ${entry.msg ?? ''}${entry.err?.message ? `: ${entry.err.message}` : ''}`));
      }
      done();
    },
  });
}

function untilInterrupted(url: string): Promise<void> {
  step(`The App keeps running on ${url} (health: ${url}/healthz). Ctrl-C ends it.`);
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
