import { randomUUID } from 'node:crypto';
import { link, rename, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { Fault } from '../errors.js';

/** Held by the one process that may use an embedded store. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Locks a directory for this process with a listening Unix socket in it.
 *
 * Why a socket: the kernel stops answering on it the moment its process dies, however it dies, so that a stale lock is
 * told from a live one without process numbers, which mean nothing from one container to the next and are used again.
 * Why a hard link: it fails if the name exists, so that of two processes one wins.
 *
 * @throws Fault `store-in-use`
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const name = join(directory, 'lock');
  const own = join(directory, `lock-${randomUUID().slice(0, 8)}`);
  const server = await listen(own);
  try {
    await take(directory, own, name);
  } catch (error) {
    await close(server);
    await rm(own, { force: true });
    throw error;
  }
  await rm(own, { force: true });
  return {
    async release() {
      await rm(name, { force: true });
      await close(server);
    },
  };
}

async function take(directory: string, own: string, name: string): Promise<void> {
  if (await linked(own, name)) return;
  if (await answers(name)) throw inUse(directory);
  const stale = `${own}-stale`;
  await rename(name, stale).catch(ignoreMissing);
  // Another process may have taken the stale lock's place in between: then what was moved is its live lock.
  if (await answers(stale)) {
    await rename(stale, name);
    throw inUse(directory);
  }
  await rm(stale, { force: true });
  if (!(await linked(own, name))) throw inUse(directory);
}

function inUse(directory: string): Fault {
  return new Fault(
    'store-in-use',
    `The embedded store in ${directory} is used by another modprobot process. ` +
      'Stop that one, or give both a PostgreSQL server with DATABASE_URL.',
    { directory },
  );
}

async function linked(own: string, name: string): Promise<boolean> {
  try {
    await link(own, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
