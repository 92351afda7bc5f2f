import { findSharers } from '../../src/edit/sharers.js';
import { readModules } from './modules.js';

const folder = 'pkgs/os-specific/linux/pooled';
const allPackages = `
{ callPackage, ... }:
with { };
{
  inherit
    ({
      pooled_2_3 = callPackage ../os-specific/linux/pooled/2_3.nix { configFile = "user"; };
    })
    pooled_2_3
    ;
  pooled = pooled_2_3;
  other = callPackage ../os-specific/linux/other { };
}
`;
const readText = (file: string) => (file === 'pkgs/top-level/all-packages.nix' ? allPackages : readModules(file));

describe('findSharers', () => {
  it('finds modules and packages that are made from the edited folder', () => {
    const found = findSharers(readText, 'pooled_2_3', [{ path: `${folder}/2_3.nix` }]);
    expect(found.map(({ attr, scope }) => `${scope}: ${attr}`).sort()).toEqual([
      'kernel: pooled_2_4',
      'packages: pooled_2_3',
    ]);
    expect(found.find(({ scope }) => scope === 'packages')?.file).toBe(`${folder}/2_3.nix`);
  });

  it('finds nothing for a package that stands alone', () => {
    expect(findSharers(readText, 'rec-tag', [{ path: 'pkgs/os-specific/linux/rec-tag/default.nix' }])).toEqual([]);
  });
});
