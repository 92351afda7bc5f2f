import { cp, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EditPorts } from '../../src/pipeline/ports.js';
import { prepareEdit } from '../../src/pipeline/prepare-edit.js';
import { openTrees } from '../../src/pipeline/trees.js';

const modules = fileURLToPath(new URL('../fixtures/modules', import.meta.url));
const folder = 'pkgs/os-specific/linux/rec-tag';

describe('an edit that is to be prepared', () => {
  let tree: string;

  beforeEach(async () => {
    tree = await mkdtemp(path.join(tmpdir(), 'modprobot-test-'));
    await cp(modules, tree, { recursive: true });
  });

  afterEach(() => rm(tree, { recursive: true, force: true }));

  /** No port is there: whatever is refused here is refused before anything is downloaded. */
  async function prepare() {
    await using trees = openTrees(tree);
    return await prepareEdit(
      { attr: 'rec-tag', target: { tag: 'v5', version: '5' }, trees, sets: [] },
      {} as EditPorts,
    );
  }

  it('is refused where the file is a link to another one of the tree', async () => {
    const file = path.join(tree, folder, 'default.nix');
    await rename(file, `${file}.real`);
    await symlink('default.nix.real', file);
    expect(await prepare()).toMatchObject({ outcome: 'refused', code: 'file-is-link' });
  });

  it('is refused where the folder is a link', async () => {
    await rename(path.join(tree, folder), path.join(tree, 'elsewhere'));
    await symlink(path.join(tree, 'elsewhere'), path.join(tree, folder));
    expect(await prepare()).toMatchObject({ outcome: 'refused', code: 'file-is-link' });
  });

  it('is refused where the file is not UTF-8', async () => {
    const file = path.join(tree, folder, 'default.nix');
    await writeFile(file, Buffer.concat([Buffer.from('# caf\xe9\n', 'latin1'), await readFile(file)]));
    expect(await prepare()).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining(`${folder}/default.nix does not exist, or is no text in UTF-8`),
    });
  });
});
