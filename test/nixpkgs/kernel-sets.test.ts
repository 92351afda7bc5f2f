import { fileURLToPath } from 'node:url';
import { kernelFor } from '../../src/nixpkgs/kernel-for.js';
import type { KernelSets } from '../../src/nixpkgs/kernel-set.js';
import { readKernelSets, readKernelSetsFrom } from '../../src/nixpkgs/kernel-sets.js';
import { filesTree, readFrom, tableTree } from './kernel-trees.js';

const kernelsFile = 'pkgs/top-level/linux-kernels.nix';
const versionsOf = ({ sets }: KernelSets) => Object.fromEntries(sets.map(({ set, version }) => [set, version]));

describe('readKernelSets', () => {
  it('reads plain kernels, and variants where their version can be told, oldest first', async () => {
    const sets = await readKernelSetsFrom(readFrom(tableTree));
    expect(Object.entries(versionsOf(sets))).toEqual([
      ['linux_5_15', '5.15.197'],
      ['linux_rt_6_6', '6.6.112-rt63'],
      ['linux_6_6', '6.6.119'],
      ['linux_hardened', '6.12.56'],
      ['linux_6_12', '6.12.64'],
      ['linux_lqx', '6.17.13'],
      ['linux_zen', '6.18.3'],
      ['linux_6_18', '6.18.5'],
      ['linux_testing', '6.19-rc4'],
    ]);
  });

  it('knows branch, support and aliases of a set, the default and the latest', async () => {
    const { sets, default: usual, latest } = await readKernelSetsFrom(readFrom(tableTree));
    expect([usual, latest]).toEqual(['linux_6_12', 'linux_6_18']);
    expect(sets.find(({ set }) => set === 'linux_6_12')).toEqual({
      set: 'linux_6_12',
      version: '6.12.64',
      branch: '6.12',
      lts: true,
      aliases: ['linux_default'],
    });
    expect(sets.find(({ set }) => set === 'linux_rt_6_6')).toMatchObject({
      branch: '6.6',
      aliases: ['linux_rt_default'],
    });
  });

  it("lists what was removed with nixpkgs' own sentences, also where only the kernel throws", async () => {
    const { removed } = await readKernelSetsFrom(readFrom(tableTree));
    expect(removed).toEqual([
      { set: 'linux_5_4', sentence: 'linux 5.4 is gone from the kernels' },
      { set: 'linux_6_8', sentence: 'linux 6.8 was removed because it has reached its end of life upstream' },
      { set: 'linux_ham', sentence: 'linux_ham was removed' },
    ]);
  });

  it('takes the latest kernel for the one under test when that was released', async () => {
    const table = 'pkgs/os-specific/linux/kernel/kernels-org.json';
    const tree = { ...tableTree, [table]: (tableTree[table] ?? '').replace('6.19-rc4', '6.18-rc7') };
    expect(versionsOf(await readKernelSetsFrom(readFrom(tree)))).toMatchObject({ linux_testing: '6.18.5' });
  });

  it('reads trees where every kernel has a file of its own', async () => {
    const sets = await readKernelSetsFrom(readFrom(filesTree));
    expect(versionsOf(sets)).toEqual({ linux_5_15: '5.15.58', linux_5_19: '5.19', linux_xanmod: '5.15.57' });
    expect(sets).toMatchObject({ default: 'linux_5_15', latest: 'linux_5_19' });
    expect(sets.removed).toEqual([{ set: 'linux_5_16', sentence: 'linux 5.16 was removed' }]);
  });

  it('reads a checkout', async () => {
    const tree = fileURLToPath(new URL('../fixtures/nixpkgs', import.meta.url));
    const { sets, default: usual, latest } = await readKernelSets(tree);
    const names = sets.map(({ set }) => set);
    expect(names).toEqual(expect.arrayContaining([usual, latest]));
  });

  it.each([
    [{}, 'no such file'],
    [{ [kernelsFile]: '{ packages = ; }' }, 'no valid Nix'],
    [{ [kernelsFile]: '{ packages = { }; }' }, 'linux_default'],
    [{ ...tableTree, 'pkgs/os-specific/linux/kernel/kernels-org.json': '{' }, 'no valid JSON'],
  ])('says what is wrong with a tree that it cannot read', async (tree, part) => {
    await expect(readKernelSetsFrom(readFrom(tree))).rejects.toMatchObject({
      code: 'kernel-sets-unreadable',
      message: expect.stringContaining(part),
    });
  });

  it('ends on a tree whose sets mean each other', async () => {
    const text = '{ packages = a; a = b; b = a; packageAliases = { linux_default = a; linux_latest = a; }; }';
    expect((await readKernelSetsFrom(readFrom({ [kernelsFile]: text }))).sets).toEqual([]);
  });
});

describe('kernelFor', () => {
  it.each([
    ['6.12', 'present', 'linux_6_12', 'nixpkgs has linux_6_12 with kernel 6.12.64.'],
    ['6.12.3', 'present', 'linux_6_12', '6.12.64'],
    ['6.18-rc4', 'present', 'linux_6_18', '6.18.5'],
    ['6.8', 'removed', 'linux_6_8', 'linux 6.8 was removed because it has reached its end of life upstream'],
    ['6.5.11-rc1', 'gone', 'linux_6_5', 'nixpkgs has no linux_6_5 any more.'],
    ['6.19', 'newer', 'linux_6_19', 'newer than any set; the newest that nixpkgs has is linux_6_18'],
    ['10.0', 'newer', 'linux_10_0', 'newer'],
  ])('says of %s: %s, %s', async (kernel, state, set, sentence) => {
    const answer = kernelFor(await readKernelSetsFrom(readFrom(tableTree)), kernel);
    expect(answer).toEqual({ state, set, sentence: expect.stringContaining(sentence) });
  });

  it.each(['', '6', 'latest', '6.8-v1.0', '6.8; rm'])('has no answer for %p', async (kernel) => {
    expect(kernelFor(await readKernelSetsFrom(readFrom(tableTree)), kernel)).toBeNull();
  });
});
