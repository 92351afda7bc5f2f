import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../errors.js';
import type { FileEdit } from './edit.js';

/**
 * Writes edited files into a nixpkgs tree, all or none: each is written beside its old file first and takes its place when
 * all are there.
 *
 * @throws Fault `edit-not-written` when a file is not what the edit was made from, lies outside of the tree, or cannot be
 * written; the tree is as before then.
 */
export async function writeEdits(nixpkgsDir: string, files: readonly FileEdit[]): Promise<void> {
  const written: { readonly temporary: string; readonly place: string; readonly before: string }[] = [];
  let replaced = 0;
  try {
    for (const file of files) {
      const place = await placeOf(nixpkgsDir, file);
      const temporary = `${place}.modprobot-${process.pid}`;
      written.push({ temporary, place, before: file.before });
      await writeFile(temporary, file.after, { flag: 'wx', mode: (await stat(place)).mode });
    }
    for (const { temporary, place } of written) {
      await rename(temporary, place);
      replaced += 1;
    }
  } catch (error) {
    for (const { place, before } of written.slice(0, replaced)) await writeFile(place, before);
    for (const { temporary } of written.slice(replaced)) await rm(temporary, { force: true });
    if (error instanceof Fault) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new Fault('edit-not-written', `The edit could not be written: ${message}.`, { nixpkgsDir }, error);
  }
}

/** The real path of a file that still has the very bytes that the edit was made from. */
async function placeOf(nixpkgsDir: string, file: FileEdit): Promise<string> {
  const root = await realpath(nixpkgsDir);
  const place = await realpath(path.join(root, file.path));
  if (!place.startsWith(root + path.sep)) {
    throw new Fault('edit-not-written', `${file.path} is a link that leads out of the tree.`, { path: file.path });
  }
  if (!(await readFile(place)).equals(Buffer.from(file.before))) {
    throw new Fault('edit-not-written', `${file.path} is not what the edit was made from; run the update again.`, {
      path: file.path,
    });
  }
  return place;
}
