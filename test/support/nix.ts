import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { HostMap } from '../../src/net/hosts.js';
import type { Engine } from '../../src/nix/engine/engine.js';
import { type EngineSettings, readEngineSettings } from '../../src/nix/engine/settings.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const image = process.env.MODPROBOT_TEST_IMAGE ?? 'localhost/modprobot-nix-test';
const program = process.env.MODPROBOT_CONTAINER_PROGRAM ?? 'podman';

/** For `describeWith`: the image that `npm run image` makes. */
export const nixImage = {
  name: 'the Nix test image',
  met: succeeds(program, ['image', 'inspect', '--format', '{{.Id}}', image]),
  enable: 'Run `npm run image` as root (needs podman, runc and debootstrap).',
};

/** For `describeWith`: a Nix besides the containers'. */
export const localNix = {
  name: 'a Nix on this machine',
  met: succeeds('nix-instantiate', ['--eval', '--expr', '1']),
  enable: 'Install Nix (Debian: nix-bin and nix-setup-systemd).',
};

/** What an operator would set to have the test image used; its store lasts from run to run and is shared by the suites. */
export function testEngineEnvironment(): Readonly<Record<string, string>> {
  return {
    MODPROBOT_ENGINE: 'container',
    MODPROBOT_CONTAINER_PROGRAM: program,
    // Debian's crun fails on hybrid control groups; runc works everywhere.
    MODPROBOT_CONTAINER_RUNTIME: succeeds('runc', ['--version']) ? 'runc' : '',
    MODPROBOT_NIX_IMAGE: image,
    MODPROBOT_NIX_VOLUME: 'modprobot-test-nix',
    MODPROBOT_INSTANCE: 'modprobot-test',
    MODPROBOT_BUILD_DISK: '2g',
  };
}

/** Settings of an engine on the test image. */
export function testEngineSettings(hosts: HostMap = {}): EngineSettings {
  return { ...readEngineSettings(testEngineEnvironment()), hosts };
}

/** A kernel whose headers the image has. */
export interface ImageKernel {
  /** `6.12.107` */
  readonly version: string;
  /** `6.12` */
  readonly branch: string;
  /** Name of its folder under /lib/modules: `6.12.107+deb13-amd64` */
  readonly modDirVersion: string;
}

/** The kernels in the image, oldest first. Fewer than two is an error of the set-up, never a pass. */
export async function kernelsInImage(engine: Engine): Promise<readonly ImageKernel[]> {
  const args = ['/lib/modules', '-mindepth', '2', '-maxdepth', '2', '-name', 'build', '-printf', '%h\\n'];
  const found = await engine.run({ program: 'find', args, trees: [], network: 'none', timeoutMs: 60_000 });
  const kernels = found.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const modDirVersion = path.basename(line);
      const version = /^\d+\.\d+(\.\d+)?/.exec(modDirVersion)?.[0] ?? modDirVersion;
      return { version, branch: version.split('.').slice(0, 2).join('.'), modDirVersion };
    })
    .sort((left, right) => left.version.localeCompare(right.version, 'en', { numeric: true }));
  if (kernels.length < 2) throw new Error(`the image has headers of ${kernels.length} kernel(s); two are needed`);
  return kernels;
}

/** Copies the small nixpkgs of the project into a folder of the test's own, which the caller removes. */
export async function copyNixpkgs(kernels?: readonly ImageKernel[]): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'modprobot-nixpkgs-'));
  await cp(path.join(root, 'test/fixtures/nixpkgs'), directory, { recursive: true });
  if (kernels !== undefined) await writeKernels(directory, kernels);
  return directory;
}

/** Writes the kernels of an image into a copy of the small nixpkgs: the oldest is the default (and LTS), the newest the latest. */
async function writeKernels(directory: string, kernels: readonly ImageKernel[]): Promise<void> {
  const folder = path.join(directory, 'pkgs/os-specific/linux/kernel');
  const hash = `sha256:${'0'.repeat(52)}`;
  const table = kernels.map(({ branch, version }, place) => [branch, { version, hash, lts: place === 0 }]);
  const headers = kernels.map(({ version, modDirVersion }) => [version, modDirVersion]);
  await writeFile(path.join(folder, 'kernels-org.json'), `${JSON.stringify(Object.fromEntries(table), null, 2)}\n`);
  await writeFile(path.join(folder, 'headers.json'), `${JSON.stringify(Object.fromEntries(headers), null, 2)}\n`);
  const file = path.join(directory, 'pkgs/top-level/linux-kernels.nix');
  const sets = kernels.map((kernel) => ({ ...kernel, set: setName(kernel) }));
  let text = await readFile(file, 'utf8');
  text = generated(
    text,
    'kernels',
    sets.map(
      ({ set, branch }) =>
        `${set} = callPackage ../os-specific/linux/kernel/mainline.nix {\n  branch = "${branch}";\n  kernelPatches = [ ];\n};`,
    ),
  );
  text = generated(
    text,
    'packages',
    sets.map(({ set }) => `${set} = recurseIntoAttrs (packagesFor kernels.${set});`),
  );
  text = generated(text, 'aliases', [
    `linux_default = packages.${sets[0]?.set};`,
    `linux_latest = packages.${sets.at(-1)?.set};`,
  ]);
  await writeFile(file, text);
}

/** `linux_6_12` */
export function setName({ branch }: ImageKernel): string {
  return `linux_${branch.replaceAll('.', '_')}`;
}

/** Replaces what stands between the comments `# <name> {` and `# }`. */
function generated(text: string, name: string, entries: readonly string[]): string {
  const block = new RegExp(`^( *)# ${name} \\{\\n[^]*?^ *# \\}`, 'm');
  if (!block.test(text)) throw new Error(`linux-kernels.nix has no generated part "${name}"`);
  return text.replace(block, (_, indent: string) => {
    const lines = entries.join('\n').split('\n');
    return [`${indent}# ${name} {`, ...lines.map((line) => `${indent}${line}`), `${indent}# }`].join('\n');
  });
}

/** A real release of a real driver. */
export interface RealDriver {
  readonly version: string;
  /** Absolute path of its source. */
  readonly directory: string;
}

/**
 * The real v4l2loopback releases in Debian's suites, oldest first, fetched once by `scripts/debian-drivers`.
 * Fewer than two is an error of the set-up, never a pass.
 */
export async function realDrivers(): Promise<readonly RealDriver[]> {
  const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'modprobot/drivers');
  await promisify(execFile)('bash', [path.join(root, 'scripts/debian-drivers'), cache]);
  const versions = (await readdir(cache)).sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));
  if (versions.length < 2) throw new Error(`found ${versions.length} release(s) of v4l2loopback; two are needed`);
  return versions.map((version) => ({ version, directory: path.join(cache, version) }));
}

/** What a plain `make` in the image says of a driver on a kernel, and all that it printed: the referee of every table. */
export async function plainMake(
  engine: Engine,
  driver: RealDriver,
  kernel: ImageKernel,
): Promise<{ readonly state: 'ok' | 'fails'; readonly log: string }> {
  const script = 'set -e; cp -r "$1" /tmp/module; make -C "/lib/modules/$2/build" M=/tmp/module modules';
  const finished = await engine.run({
    program: 'bash',
    args: ['-c', script, 'plain-make', driver.directory, kernel.modDirVersion],
    trees: [driver.directory],
    network: 'none',
    timeoutMs: 120_000,
  });
  return { state: finished.exitCode === 0 ? 'ok' : 'fails', log: finished.stderr };
}

/** Names of the containers of an instance that are still there, running or not. */
export async function containersOf(instance: string): Promise<readonly string[]> {
  const filter = `label=org.modprobot.instance=${instance}`;
  const { stdout } = await promisify(execFile)(program, ['ps', '--all', '--filter', filter, '--format', '{{.Names}}']);
  return stdout.split('\n').filter((name) => name !== '');
}

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
