import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { GitHub } from './github/index.js';

/** What a commit of the stand-in takes: contents by path from the root. */
export type Files = NonNullable<Parameters<GitHub['createRepository']>[0]['files']>;

/** Files of a folder by their paths relative to it; those that can be executed stay so. */
export async function readFolder(root: string): Promise<Files> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map(async (path) => {
    const content = await readFile(path);
    const executable = ((await stat(path)).mode & 0o100) !== 0;
    return [relative(root, path), executable ? { executable: content } : content] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}
