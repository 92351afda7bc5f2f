import type { KernelSets } from '../../src/nixpkgs/kernel-set.js';
import { readKernelSetsFrom } from '../../src/nixpkgs/kernel-sets.js';
import { type SelectedSets, selectSets } from '../../src/verify/policy.js';
import { readFrom, tableTree } from '../nixpkgs/kernel-trees.js';

let sets: KernelSets;
beforeAll(async () => {
  sets = await readKernelSetsFrom(readFrom(tableTree));
});

function select(policy: string[], kernel: string | null): SelectedSets {
  const selected = selectSets(sets, policy, kernel);
  if (selected.outcome !== 'selected') throw new Error(selected.reason);
  return selected;
}
const namesOf = (selected: SelectedSets): string[] => selected.sets.map(({ set }) => set);
const labelsOf = (selected: SelectedSets) => Object.fromEntries(selected.labels);

describe('selectSets', () => {
  it.each<[string[], string | null, string[]]>([
    [['matching'], '6.12.3', ['linux_6_12']],
    [['matching'], null, ['linux_6_12']],
    [['neighbours'], '6.12', ['linux_6_6', 'linux_6_18']],
    [['neighbours'], '5.15', ['linux_6_6']],
    [['neighbours'], null, ['linux_6_6', 'linux_6_18']],
    [['default'], '6.6', ['linux_6_12']],
    [['latest'], '6.6', ['linux_6_18']],
    [['lts'], null, ['linux_5_15', 'linux_6_6', 'linux_6_12']],
    [['all'], null, ['linux_5_15', 'linux_6_6', 'linux_6_12', 'linux_6_18']],
    [['linux_zen', 'linux_latest'], null, ['linux_zen', 'linux_6_18']],
    [['matching', 'neighbours', 'default', 'latest'], '6.6', ['linux_5_15', 'linux_6_6', 'linux_6_12', 'linux_6_18']],
    [[], null, []],
  ])('selects by %p for kernel %p: %p', (policy, kernel, expected) => {
    expect(namesOf(select(policy, kernel))).toEqual(expected);
  });

  it('names every set once, with all reasons', () => {
    const selected = select(['matching', 'default', 'lts'], '6.12');
    expect(labelsOf(selected).linux_6_12).toEqual(['matching', 'default', 'lts']);
    expect(selected.matching).toBe('linux_6_12');
  });

  it('builds on the nearest live sets when the matching one was removed, and says so', () => {
    const selected = select(['matching', 'default'], '6.8');
    expect(selected.matching).toBeNull();
    expect(labelsOf(selected)).toEqual({
      linux_6_6: ['nearest to linux_6_8, which nixpkgs removed'],
      linux_6_12: ['nearest to linux_6_8, which nixpkgs removed', 'default'],
    });
    expect(selected.removed).toEqual([{ set: 'linux_6_8', sentence: expect.stringContaining('end of life') }]);
  });

  it('does the same when nixpkgs forgot the matching one, however old it is', () => {
    expect(labelsOf(select(['matching'], '4.4'))).toEqual({
      linux_5_15: ['nearest to linux_4_4, which nixpkgs does not have any more'],
    });
  });

  it('waits when the kernel is newer than any, but not where only other sets are asked for', () => {
    expect(selectSets(sets, ['matching'], '6.19.1')).toMatchObject({
      outcome: 'waiting',
      code: 'kernel-not-in-nixpkgs',
    });
    expect(namesOf(select(['default'], '6.19.1'))).toEqual(['linux_6_12']);
  });

  it('reports a named set that nixpkgs removed, and goes on with the others', () => {
    const selected = select(['linux_6_8', 'latest', 'linux_6_3'], null);
    expect(namesOf(selected)).toEqual(['linux_6_18']);
    expect(selected.removed).toEqual([
      { set: 'linux_6_8', sentence: expect.stringContaining('end of life') },
      { set: 'linux_6_3', sentence: 'nixpkgs has no linux_6_3 any more.' },
    ]);
  });

  it.each([
    ['linux_6_121', 'linux_6_12'],
    ['linux_zem', 'linux_zen'],
    ['neighbors', 'neighbours'],
    ['something', 'matching, neighbours'],
  ])('refuses the unknown name %s with a suggestion', (name, suggestion) => {
    expect(selectSets(sets, ['default', name], null)).toMatchObject({
      outcome: 'refused',
      code: 'kernel-set-unknown',
      reason: expect.stringContaining(suggestion),
    });
  });
});
