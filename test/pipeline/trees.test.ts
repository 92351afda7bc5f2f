import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openTrees } from '../../src/pipeline/trees.js';

describe('the trees of an update', () => {
  let nixpkgs: string;

  beforeEach(async () => {
    nixpkgs = await mkdtemp(path.join(tmpdir(), 'modprobot-test-'));
    await mkdir(path.join(nixpkgs, '.git'));
    await writeFile(path.join(nixpkgs, '.git/config'), '');
    await writeFile(path.join(nixpkgs, 'zfs.nix'), 'old');
    await writeFile(path.join(nixpkgs, 'lib.nix'), 'same');
  });

  afterEach(() => rm(nixpkgs, { recursive: true, force: true }));

  const edit = (after: string) => [{ path: 'zfs.nix', before: 'old', after, diff: '' }];

  it('leave the tree as it is, and hold the last edit in a copy without its history', async () => {
    await using trees = openTrees(nixpkgs);
    await trees.withEdits(edit('first'));
    const copy = await trees.withEdits(edit('second'));
    expect(await readFile(path.join(copy, 'zfs.nix'), 'utf8')).toBe('second');
    expect(await readFile(path.join(copy, 'lib.nix'), 'utf8')).toBe('same');
    expect(await readFile(path.join(trees.before, 'zfs.nix'), 'utf8')).toBe('old');
    expect(existsSync(path.join(copy, '.git'))).toBe(false);
  });

  it('never follow a link when they write', async () => {
    const outside = `${nixpkgs}-outside`;
    await mkdir(outside);
    try {
      await writeFile(path.join(outside, 'zfs.nix'), 'theirs');
      await rm(path.join(nixpkgs, 'zfs.nix'));
      await symlink(path.join(outside, 'zfs.nix'), path.join(nixpkgs, 'zfs.nix'));
      await symlink(outside, path.join(nixpkgs, 'folder'));
      await using trees = openTrees(nixpkgs);
      const files = edit('ours');
      const behind = files.map((file) => ({ ...file, path: 'folder/zfs.nix' }));
      await expect(trees.withEdits(files)).rejects.toMatchObject({ code: 'edit-not-written' });
      await expect(trees.withEdits(behind)).rejects.toMatchObject({ code: 'edit-not-written' });
      expect(await readFile(path.join(outside, 'zfs.nix'), 'utf8')).toBe('theirs');
    } finally {
      await rm(outside, { recursive: true, force: true });
    }
  });

  it('leave nothing behind, and give back the tree that they were made of', async () => {
    let released = 0;
    let copy: string;
    {
      await using trees = openTrees(nixpkgs, async () => {
        released += 1;
      });
      copy = await trees.withEdits(edit('new'));
    }
    expect(existsSync(path.dirname(copy))).toBe(false);
    expect(released).toBe(1);
  });
});
