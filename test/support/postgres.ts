import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type Options } from 'execa';

/** A PostgreSQL server of its own, in a temporary folder, reached by a socket in it. */
export interface PostgresServer {
  /** Address of a fresh, empty database. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

const programs = findPrograms();

export const postgresRequirement = {
  name: 'PostgreSQL server',
  met: programs !== null,
  enable: 'Install the package postgresql; it need not run.',
};

/** Newest of Debian's `/usr/lib/postgresql/<major>/bin`, or null. */
function findPrograms(): string | null {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return null;
  const majors = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return majors.map((major) => join(root, major, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ?? null;
}

export async function startPostgres(): Promise<PostgresServer> {
  if (programs === null) throw new Error(postgresRequirement.enable);
  const directory = await mkdtemp(join(tmpdir(), 'modprobot-pg-'));
  const user = await ownedByOther(directory);
  const files = join(directory, 'files');
  await execa(join(programs, 'initdb'), ['-D', files, '-U', 'tester', '-A', 'trust', '--no-sync', '-E', 'UTF8'], user);
  const control = join(programs, 'pg_ctl');
  const options = `-c listen_addresses= -c unix_socket_directories=${directory} -c fsync=off -c max_connections=100`;
  await execa(control, ['-D', files, '-w', '-s', '-l', join(directory, 'log'), '-o', options, 'start'], {
    ...user,
    stdio: 'ignore',
  });
  let databases = 0;
  return {
    async createDatabase() {
      const name = `test_${databases++}`;
      await execa(join(programs, 'createdb'), ['-h', directory, '-U', 'tester', name], user);
      return `postgres:///${name}?host=${directory}&user=tester`;
    },
    async stop() {
      await execa(control, ['-D', files, '-w', '-s', '-m', 'immediate', 'stop'], user);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root: then the folder is given to `nobody`. */
async function ownedByOther(directory: string): Promise<Options & { cwd: string }> {
  if (process.getuid?.() !== 0) return { cwd: directory };
  const { stdout: uid } = await execa('id', ['-u', 'nobody']);
  const { stdout: gid } = await execa('id', ['-g', 'nobody']);
  await chown(directory, Number(uid), Number(gid));
  return { cwd: directory, uid: Number(uid), gid: Number(gid) };
}
