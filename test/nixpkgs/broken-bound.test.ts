import { fileURLToPath } from 'node:url';
import { readBrokenBound } from '../../src/nixpkgs/broken-bound.js';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

describe('readBrokenBound', () => {
  it('reads the expression and its place', () => {
    expect(readBrokenBound(fixture('nixpkgs'), 'ch9344')).toEqual({
      expression: 'kernel.kernelAtLeast "7.0"',
      file: 'pkgs/os-specific/linux/ch9344/default.nix',
      line: 26,
    });
  });

  it('reads it from the generic file that several attributes are made of', () => {
    expect(readBrokenBound(fixture('modules'), 'pooled_2_3')).toMatchObject({
      expression: 'buildKernel && kernel.kernelAtLeast kernelMaxSupportedMajorMinor',
      file: 'pkgs/os-specific/linux/pooled/generic.nix',
    });
  });

  it.each(['v4l2loopback', 'no-such-module', 'kernel'])('finds none in %s', (attr) => {
    expect(readBrokenBound(fixture('nixpkgs'), attr)).toBeNull();
  });
});
