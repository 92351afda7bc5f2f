import { spawnSync } from 'node:child_process';
import { chmod, link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hashTarget } from '../../src/source/hash.js';
import { git } from '../support/git-server.js';
import { describeWith } from '../support/require.js';

const fetch = () => Promise.reject(new Error('no network'));
const has = (program: string) => spawnSync(program, ['--version']).status === 0;
const nix = {
  name: 'nix-hash',
  met: has('nix-hash') && has('tar'),
  enable: 'Install Nix (Debian: apt-get install nix-bin).',
};

describeWith(nix, 'the built-in hasher beside Nix', () => {
  let directory: string;
  let tree: string;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'modprobot-referee-'));
    tree = path.join(directory, 'driver-1.0');
    const long = path.join(tree, 'l'.repeat(120), 'm'.repeat(120));
    await mkdir(long, { recursive: true });
    await mkdir(path.join(tree, 'usb'));
    await writeFile(path.join(tree, 'usb', 'core.c'), 'int usb;\n');
    await writeFile(path.join(tree, 'usb.c'), 'x'.repeat(100_000));
    await writeFile(path.join(tree, 'usb-core.h'), '');
    await writeFile(path.join(tree, 'usb0'), '0');
    await writeFile(path.join(tree, 'dkms.sh'), '#!/bin/sh\n');
    await chmod(path.join(tree, 'dkms.sh'), 0o755);
    await writeFile(path.join(tree, 'group'), '');
    await chmod(path.join(tree, 'group'), 0o654);
    await writeFile(path.join(tree, 'grüße — 驱动.txt'), 'UTF-8');
    await writeFile(path.join(long, 'n'.repeat(120)), 'long');
    await symlink('usb/core.c', path.join(tree, 'core'));
    await symlink('../../outside', path.join(tree, 'away'));
    await link(path.join(tree, 'usb.c'), path.join(tree, 'zz-hard'));
    await link(path.join(tree, 'usb.c'), path.join(tree, 'a-hard'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** What Nix says of the tree that tar unpacks from the archive. */
  async function byNix(archive: string): Promise<string> {
    const unpacked = await mkdtemp(path.join(directory, 'unpacked-'));
    run('tar', '-x', '-f', archive, '-C', unpacked);
    const digest = run('nix-hash', '--type', 'sha256', path.join(unpacked, 'driver-1.0'));
    return `sha256-${Buffer.from(digest, 'hex').toString('base64')}`;
  }

  function run(program: string, ...args: string[]): string {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
    return stdout.trim();
  }

  it.each(['gnu', 'pax'])("agrees on GNU tar's %s format, in the order of the disk", async (format) => {
    const archive = path.join(directory, `${format}.tar.gz`);
    run('tar', `--format=${format}`, '-c', '-z', '-f', archive, '-C', directory, 'driver-1.0');
    await expect(hashTarget(archive, { unpack: true, fetch })).resolves.toMatchObject({ hash: await byNix(archive) });
  });

  it('agrees on what git archives, and reads the commit', async () => {
    await git(tree, 'init', '-q', '-b', 'main');
    await git(tree, 'add', '.');
    await git(tree, 'commit', '-q', '-m', 'First');
    const archive = path.join(directory, 'git.tar.gz');
    await git(tree, 'archive', '--format=tar.gz', '--prefix=driver-1.0/', '-o', archive, 'HEAD');
    await rm(path.join(tree, '.git'), { recursive: true });
    await expect(hashTarget(archive, { unpack: true, fetch })).resolves.toMatchObject({ hash: await byNix(archive) });
  });

  it('agrees on a flat file', async () => {
    const file = path.join(directory, 'git.tar.gz');
    const digest = run('nix-hash', '--type', 'sha256', '--flat', file);
    await expect(hashTarget(file, { unpack: false, fetch })).resolves.toMatchObject({
      hash: `sha256-${Buffer.from(digest, 'hex').toString('base64')}`,
    });
  });
});
