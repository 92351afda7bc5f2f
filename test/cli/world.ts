import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { git, serveGit, startHttpsServer } from '../support/git-server.js';
import { copyNixpkgs } from '../support/nix.js';
import { file, tar } from '../support/tar.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const modules = path.join(root, 'test/fixtures/modules');

/** What an archive of any tag holds. */
export const archive = gzipSync(tar(file('driver-1.0/Makefile', 'obj-m := driver.o\n')));

/** Keeps the commands' lines of progress out of the tests' own output; answers how to undo it. */
export function withoutProgress(): () => void {
  const { stderr } = process;
  const write = stderr.write;
  stderr.write = (chunk: string | Uint8Array, ...rest: []) =>
    String(chunk).startsWith('· ') || write.call(stderr, chunk, ...rest);
  return () => {
    stderr.write = write;
  };
}

/** A small nixpkgs of the test's own with a two-axis driver, and upstreams that answer under their real addresses. */
export interface CliWorld {
  readonly nixpkgs: string;
  /** For the operator's settings. */
  readonly environment: Readonly<Record<string, string>>;
  /** Path of every request. */
  readonly requests: readonly string[];
  /** A folder that is removed with the rest. */
  readonly folder: string;
  close(): Promise<void>;
}

/** @param upstreams tags by `owner/repo` */
export async function openCliWorld(upstreams: Readonly<Record<string, readonly string[]>>): Promise<CliWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'modprobot-cli-'));
  const nixpkgs = await copyNixpkgs();
  await addTwoAxes(nixpkgs);
  for (const [name, tags] of Object.entries(upstreams)) await makeUpstream(folder, name, tags);
  const requests: string[] = [];
  const server = await startHttpsServer(['github.com'], async (request, response) => {
    const url = request.url ?? '';
    requests.push(url);
    if (url.includes('/archive/')) return void response.end(archive);
    // An upstream that never answers.
    if (url.startsWith('/silent/')) return;
    const name = Object.keys(upstreams).find((upstream) => url.startsWith(`/${upstream}`));
    const answered = name !== undefined && (await serveGit(path.join(folder, name, '.git'), request, response));
    if (!answered) response.writeHead(404).end();
  });
  return {
    nixpkgs,
    folder,
    requests,
    environment: { MODPROBOT_HOSTS: JSON.stringify(server.hosts), MODPROBOT_ENGINE: 'none' },
    async close() {
      await server.close();
      await rm(nixpkgs, { recursive: true, force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeUpstream(folder: string, name: string, tags: readonly string[]): Promise<void> {
  const directory = path.join(folder, name);
  await git(folder, 'init', '-q', '-b', 'main', directory);
  for (const tag of tags) {
    await git(directory, 'commit', '-q', '--allow-empty', '-m', tag);
    await git(directory, 'update-ref', `refs/tags/${tag}`, 'HEAD');
  }
}

async function addTwoAxes(nixpkgs: string): Promise<void> {
  const place = 'pkgs/os-specific/linux/two-axes';
  await cp(path.join(modules, place), path.join(nixpkgs, place), { recursive: true });
  const registry = path.join(nixpkgs, 'pkgs/top-level/linux-kernels.nix');
  const text = await readFile(registry, 'utf8');
  const line = 'xpadneo = callPackage ../os-specific/linux/xpadneo { };';
  await writeFile(registry, text.replace(line, `${line}\n        ${line.replaceAll('xpadneo', 'two-axes')}`));
}

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is done to a running command. */
type Meddle = (child: { kill(signal: NodeJS.Signals): boolean; hangUp(): void; stderr(): string }) => void;

/**
 * Runs the real command as a process of its own.
 * @param onOutput called whenever the command has printed something
 */
export async function modprobot(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  onOutput: Meddle = () => {},
): Promise<Ran> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'src/cli.ts'), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, MODPROBOT_ENGINE: 'none', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const handle = {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    hangUp: () => void child.stdout.destroy(),
    stderr: () => stderr,
  };
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    onOutput(handle);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    onOutput(handle);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
