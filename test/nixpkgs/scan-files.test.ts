import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readKernelSets } from '../../src/nixpkgs/kernel-sets.js';
import { isReachedByLink, readTree } from '../../src/nixpkgs/scan-files.js';

describe("the files of a stranger's tree", () => {
  let folder: string;
  let root: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'modprobot-test-'));
    root = path.join(folder, 'nixpkgs');
    await mkdir(path.join(root, 'zfs'), { recursive: true });
    await writeFile(path.join(root, 'zfs/default.nix'), '"ü"');
    await mkdir(path.join(folder, 'nixpkgs-of-others'));
    await writeFile(path.join(folder, 'nixpkgs-of-others/secret.nix'), 'secret');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const read = (file: string) => readTree(root)(file);
  const link = (target: string, name: string) => symlink(target, path.join(root, name));

  it('are read as they are', async () => {
    await writeFile(path.join(root, 'marked.nix'), '\uFEFF1');
    expect(read('zfs/default.nix')).toBe('"ü"');
    expect(read('marked.nix')).toBe('\uFEFF1');
  });

  it.each(['none.nix', 'zfs', 'zfs/default.nix/more', 'a\0b', ''])('are not there: %j', (file) => {
    expect(read(file)).toBeNull();
  });

  it('may be links to each other', async () => {
    await link('zfs/default.nix', 'link.nix');
    await link('zfs', 'folder');
    expect(read('link.nix')).toBe('"ü"');
    expect(read('folder/default.nix')).toBe('"ü"');
  });

  it.each(['/dev/zero', '/dev/stdin', '/proc/self/environ', '../nixpkgs-of-others/secret.nix', 'itself.nix'])(
    'are not there where a link leads to %s',
    async (target) => {
      await link(target, 'itself.nix');
      expect(read('itself.nix')).toBeNull();
    },
  );

  it('are not there behind a folder that leads out, or behind dots', async () => {
    await link('../nixpkgs-of-others', 'folder');
    expect(read('folder/secret.nix')).toBeNull();
    expect(read('../nixpkgs-of-others/secret.nix')).toBeNull();
  });

  it('are not there when they are larger than any Nix file', async () => {
    await truncate(path.join(root, 'zfs/default.nix'), 4 * 1024 * 1024 + 1);
    expect(read('zfs/default.nix')).toBeNull();
  });

  it('are not there when they are not UTF-8, so that no byte is ever written back as another', async () => {
    await writeFile(path.join(root, 'zfs/default.nix'), Buffer.from('# caf\xe9', 'latin1'));
    expect(read('zfs/default.nix')).toBeNull();
  });

  it('tell whether a link is on the way', async () => {
    await link('zfs/default.nix', 'link.nix');
    await link('zfs', 'folder');
    await symlink(root, path.join(folder, 'root'));
    expect(isReachedByLink(root, 'zfs/default.nix')).toBe(false);
    expect(isReachedByLink(path.join(folder, 'root'), 'zfs/default.nix')).toBe(false);
    for (const file of ['link.nix', 'folder/default.nix', 'none.nix']) expect(isReachedByLink(root, file)).toBe(true);
  });

  it('hold no kernel sets where their file is a link that leads out', async () => {
    await mkdir(path.join(root, 'pkgs/top-level'), { recursive: true });
    await link('/dev/zero', 'pkgs/top-level/linux-kernels.nix');
    await expect(readKernelSets(root)).rejects.toMatchObject({ code: 'kernel-sets-unreadable' });
  });
});
