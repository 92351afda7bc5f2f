import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from '../net/git.js';

const limits = { timeoutMs: 10 * 60_000, maxOutputBytes: 1024 * 1024 };

/**
 * Writes the tree of a revision of a local checkout into a folder of its own under `scratch`, and answers its path. The
 * checkout itself, its index and its branches stay as they are. Throws what git throws: an unknown revision, no repository.
 */
export async function exportRevision(checkout: string, revision: string, scratch: string, git: Git): Promise<string> {
  const directory = join(scratch, 'nixpkgs');
  await mkdir(directory);
  const commit = await git.local(
    ['-C', checkout, 'rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`],
    limits,
  );
  const index = join(scratch, 'index');
  await git.local(['-C', checkout, `--work-tree=${directory}`, 'read-tree', commit.trim()], { ...limits, index });
  const write = [
    '-C',
    checkout,
    `--work-tree=${directory}`,
    'checkout-index',
    '--all',
    '--quiet',
    `--prefix=${directory}/`,
  ];
  await git.local(write, { ...limits, index });
  return directory;
}
