import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Fault } from '../../errors.js';
import { ask, containerEnvironment } from './container-program.js';
import { trimStore, volumeName } from './container-store.js';
import { authorityBundle, curlFlags, mapsToLoopback } from './curl.js';
import type { Engine, EngineCommand, Finished } from './engine.js';
import { isAlive, ownerName, ownerOf } from './owner.js';
import { runProgram } from './program.js';
import type { EngineSettings } from './settings.js';

/** What Nix needs to hand a build over to a build user; with none of them it cannot work, with more it would be too much. */
const capabilities = ['CHOWN', 'SETUID', 'SETGID', 'KILL', 'FOWNER', 'DAC_OVERRIDE'];

/** podman and docker report with this exit code that they themselves failed; 126 and 127: the image lacks the program. */
const ownFailures = new Set([125, 126, 127]);

/** Exit code of a program that the kernel killed: the memory limit. */
const killedBySignal9 = 137;

const instanceLabel = 'org.modprobot.instance';
const authoritiesInside = '/etc/modprobot-authorities.pem';

export interface ContainerEngine extends Engine {
  /** Removes the containers that a killed worker of this installation left behind. Returns their names. */
  removeLeftovers(): Promise<readonly string[]>;
  /** Clears the store down to its limit, unless a container is using it. Returns how many bytes were too many. */
  trimStore(): Promise<number>;
  /** Removes the files that the engine keeps on the host while it is in use. */
  close(): Promise<void>;
}

/**
 * Nix in a container: podman or docker, one container per command, gone when the command has ended.
 *
 * Inside, the trees and the root are read-only; /nix is a volume that lasts; builds work on a sized memory disk as users
 * of the group nixbld, which cannot write the store's database. `sandbox` is off because the container is the sandbox.
 */
export async function openContainer(program: string, settings: EngineSettings): Promise<ContainerEngine> {
  const files = mkdtempSync(path.join(tmpdir(), 'modprobot-engine-'));
  const authorities = path.join(files, 'authorities.pem');
  const isMapped = Object.keys(settings.hosts).length > 0;
  if (isMapped) {
    await writeFile(authorities, await authorityBundle(settings.hosts));
    // Build users read it.
    await chmod(files, 0o755);
    await chmod(authorities, 0o644);
  }
  const fetching = isMapped
    ? [
        ...['--env', `NIX_CURL_FLAGS=${curlFlags(settings.hosts, authoritiesInside)}`],
        ...['--env', `NIX_SSL_CERT_FILE=${authoritiesInside}`],
        ...mount(authorities, authoritiesInside),
      ]
    : [];
  const network = {
    none: ['--network=none'],
    full: [mapsToLoopback(settings.hosts) ? '--network=host' : '--network=bridge', ...fetching],
  };
  const volume = await volumeName(program, settings.container);
  const fixed = [...identity(settings), ...limits(settings), `--volume=${volume}:/nix`, ...nix(settings)];

  const engine: Engine = {
    name: 'container',
    async run(command) {
      const name = `${ownerName()}-${randomBytes(6).toString('hex')}`;
      const args = [
        ...['run', '--rm', '--name', name],
        ...fixed,
        ...network[command.network],
        ...command.trees.flatMap((tree) => mount(tree, tree)),
        ...[settings.container.image, command.program, ...command.args],
      ];
      return runContainer(program, name, args, command);
    },
  };
  return {
    ...engine,
    trimStore: () => trimStore(program, engine, volume, settings.container.storeLimit),
    removeLeftovers: () => removeLeftovers(program, settings.container.instance),
    async close() {
      rmSync(files, { recursive: true, force: true });
    },
  };
}

async function runContainer(
  program: string,
  name: string,
  args: readonly string[],
  command: EngineCommand,
): Promise<Finished> {
  const remove = async () => void (await ask(program, ['rm', '--force', '--', name]));
  const { timeoutMs, onLine, signal } = command;
  const finished = await runProgram({
    program,
    args,
    env: containerEnvironment(),
    timeoutMs,
    ...(onLine === undefined ? {} : { onLine }),
    ...(signal === undefined ? {} : { signal }),
    stop: remove,
  });
  // A container that was just being made when the stop came is there only now.
  if (finished.exitCode === null) await remove();
  if (finished.exitCode === killedBySignal9) return { ...finished, exitCode: null };
  if (finished.exitCode === null || !ownFailures.has(finished.exitCode)) return finished;
  throw new Fault('engine-failed', `${program} could not run ${command.program}: ${lastLine(finished.stderr)}`, {
    program,
    // Of the container's own arguments nothing: they carry environment, and NIX_CONFIG may hold access tokens.
    command: [command.program, ...command.args],
    stderr: finished.stderr.slice(-4000),
  });
}

function identity(settings: EngineSettings): string[] {
  return ['--label', `${instanceLabel}=${settings.container.instance}`, '--hostname=modprobot'];
}

function limits(settings: EngineSettings): string[] {
  const { runtime, memory, processes, buildDisk, ulimits } = settings.container;
  const disk = `rw,exec,nosuid,nodev,size=${buildDisk}`;
  return [
    ...(runtime === null ? [] : [`--runtime=${runtime}`]),
    '--cap-drop=all',
    ...capabilities.map((capability) => `--cap-add=${capability}`),
    '--security-opt=no-new-privileges',
    // The trees are the host's: their SELinux labels are not to be changed.
    '--security-opt=label=disable',
    '--read-only',
    `--tmpfs=/tmp:${disk},mode=1777`,
    `--tmpfs=/build:${disk},mode=0755`,
    `--memory=${memory}`,
    `--pids-limit=${processes}`,
    ...ulimits.map((limit) => `--ulimit=${limit}`),
    '--stop-timeout=1',
  ];
}

function nix(settings: EngineSettings): string[] {
  // What the binary caches answered is worth keeping beside the store; the home folder is gone after each run.
  const cache = ['--env', 'XDG_CACHE_HOME=/nix/var/cache'];
  const config = ['build-users-group = nixbld', 'sandbox = false', 'build-dir = /build', settings.nixConfig];
  return ['--env', `NIX_CONFIG=${config.join('\n')}`, '--env', 'HOME=/tmp', '--env', 'NIX_REMOTE=', ...cache];
}

function mount(source: string, destination: string): string[] {
  if (!path.isAbsolute(source) || /[,"\n]/.test(source)) {
    throw new Fault('engine-failed', `A container cannot be given the folder ${JSON.stringify(source)}.`, { source });
  }
  return ['--mount', `type=bind,source=${source},destination=${destination},ro=true`];
}

async function removeLeftovers(program: string, instance: string): Promise<readonly string[]> {
  const filter = `label=${instanceLabel}=${instance}`;
  const listed = await ask(program, ['ps', '--all', '--filter', filter, '--format', '{{.Names}}']);
  const names = listed.stdout.split('\n').filter((name) => name !== '');
  const orphans = names.filter((name) => {
    const owner = ownerOf(name);
    return owner !== null && !isAlive(owner);
  });
  for (const name of orphans) await ask(program, ['rm', '--force', '--', name]);
  return orphans;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
