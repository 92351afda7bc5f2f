import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { git, gitText, writeObject, zeroSha } from './git.js';

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number | undefined;
}

/** A change of one path on top of a tree; `sha: null` deletes it. */
export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  readonly sha: string | null;
}

/** What stands in a tree; with `recursive` everything below it, directories included. */
export async function listTree(directory: string, tree: string, depth: 'flat' | 'recursive'): Promise<TreeEntry[]> {
  const deep = depth === 'recursive' ? ['-r', '-t'] : [];
  const output = (await git(directory, ['ls-tree', '-z', '--long', ...deep, tree])).toString();
  return output
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', type = '', sha = '', size = '-'] = line.slice(0, tab).split(/ +/);
      return { path: line.slice(tab + 1), mode, type, sha, size: size === '-' ? undefined : Number(size) };
    });
}

/** Writes the tree that `base` becomes with the changes. Throws GitFailed for a path that git refuses. */
export async function changeTree(
  directory: string,
  base: string | undefined,
  changes: readonly TreeChange[],
): Promise<string> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'github-index-'));
  const env = { GIT_INDEX_FILE: path.join(scratch, 'index') };
  try {
    await git(directory, base === undefined ? ['read-tree', '--empty'] : ['read-tree', base], { env });
    const files = changes.filter((change) => change.mode !== '040000');
    const lines = files.map((change) => indexLine(change)).join('');
    await git(directory, ['update-index', '-z', '--index-info'], { env, input: lines });
    for (const change of changes.filter(({ mode, sha }) => mode === '040000' && sha !== null)) {
      await git(directory, ['read-tree', `--prefix=${change.path}/`, change.sha ?? ''], { env });
    }
    return await gitText(directory, ['write-tree'], { env });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function indexLine({ mode, sha, path: file }: TreeChange): string {
  return sha === null ? `0 ${zeroSha}\t${file}\0` : `${mode} ${sha}\t${file}\0`;
}

/** File name → text, or null to delete it, or text with the executable bit, or where a symbolic link leads. */
export type Files = Readonly<
  Record<string, string | Buffer | null | { readonly executable: string | Buffer } | { readonly link: string }>
>;

export async function writeFiles(directory: string, base: string | undefined, files: Files): Promise<string> {
  const changes: TreeChange[] = [];
  for (const [file, content] of Object.entries(files)) {
    if (content === null) {
      changes.push({ path: file, mode: '100644', sha: null });
      continue;
    }
    const { mode, bytes } = entryOf(content);
    changes.push({ path: file, mode, sha: await writeObject(directory, 'blob', bytes) });
  }
  return changeTree(directory, base, changes);
}

function entryOf(content: NonNullable<Files[string]>): { mode: string; bytes: string | Buffer } {
  if (typeof content === 'string' || Buffer.isBuffer(content)) return { mode: '100644', bytes: content };
  return 'link' in content ? { mode: '120000', bytes: content.link } : { mode: '100755', bytes: content.executable };
}
