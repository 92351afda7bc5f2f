import { constants } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { FileEdit } from '../edit/edit.js';

/** A nixpkgs tree as it is, and a copy of it, made when it is first needed, in which an edit stands. */
export interface Trees extends AsyncDisposable {
  /** Absolute path; never written. */
  readonly before: string;
  /** Writes the edited files into the copy, over those of an earlier edit, and answers its absolute path. */
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
      for (const { path, after } of files) await writeFile(join(tree, path), after);
      return tree;
    },
    async [Symbol.asyncDispose]() {
      const copy = await scratch?.catch(() => null);
      if (copy) await rm(copy, { recursive: true, force: true });
      await release();
    },
  };
}

/** A full tree has some 45,000 files: where the file system can, they are cloned and not copied. */
async function copyOf(directory: string): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'modprobot-tree-'));
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
    throw error;
  }
}
