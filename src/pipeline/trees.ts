import { constants } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { FileEdit } from '../edit/edit.js';
import { explainFullDisk, Fault } from '../errors.js';
import { isReachedByLink } from '../nixpkgs/scan-files.js';

/** A nixpkgs tree as it is, and a copy of it, made when it is first needed, in which an edit stands. */
export interface Trees extends AsyncDisposable {
  /** Absolute path; never written. */
  readonly before: string;
  /**
   * Writes the edited files into the copy, over those of an earlier edit, and answers its absolute path. Throws
   * `edit-not-written` rather than follow a link, and `disk-full`.
   */
  withEdits(files: readonly FileEdit[]): Promise<string>;
}

/** @param release what is left to do with `directory` itself when the copy is gone */
export function openTrees(directory: string, release: () => Promise<void> = async () => {}): Trees {
  const before = resolve(directory);
  let scratch: Promise<string> | null = null;
  return {
    before,
    async withEdits(files) {
      scratch ??= copyOf(before);
      const tree = join(await scratch, 'nixpkgs');
      for (const file of files) await overwrite(tree, file);
      return tree;
    },
    async [Symbol.asyncDispose]() {
      const copy = await scratch?.catch(() => null);
      if (copy) await rm(copy, { recursive: true, force: true });
      await release();
    },
  };
}

/** The copy holds the links of the tree as they are, absolute ones too: they lead to files that are not the App's. */
async function overwrite(tree: string, { path, after }: FileEdit): Promise<void> {
  if (isReachedByLink(tree, path)) {
    throw new Fault('edit-not-written', `${path} is a link, lies behind one, or is not there.`, { path });
  }
  const { O_WRONLY, O_TRUNC, O_NOFOLLOW } = constants;
  await writeFile(join(tree, path), after, { flag: O_WRONLY | O_TRUNC | O_NOFOLLOW }).catch((error: unknown) => {
    throw explainFullDisk(error, `writing ${path}`, tree);
  });
}

/** A full tree has some 45,000 files: where the file system can, they are cloned and not copied. */
async function copyOf(directory: string): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'modprobot-tree-')).catch((error: unknown) => {
    throw explainFullDisk(error, 'a copy of the nixpkgs tree', tmpdir());
  });
  try {
    await cp(directory, join(scratch, 'nixpkgs'), {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      filter: (source) => basename(source) !== '.git',
    });
    return scratch;
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw explainFullDisk(error, 'a copy of the nixpkgs tree', tmpdir());
  }
}
