import type { ReadText } from '../../src/nixpkgs/kernel-version.js';

/** Trees in memory, in the shapes that nixpkgs has had; a tree is its files by path. */
export type Tree = Readonly<Record<string, string>>;

export const readFrom =
  (tree: Tree): ReadText =>
  async (path) =>
    tree[path] ?? null;

const kernelFolder = 'pkgs/os-specific/linux/kernel';

const table = (rows: Record<string, [version: string, lts: boolean]>): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(rows).map(([branch, [version, lts]]) => [branch, { version, lts }])),
  );

const removedSentence = 'linux 6.8 was removed because it has reached its end of life upstream';

/** With a table of mainline kernels, aliases at the end, and variants in files of their own. */
export const tableTree: Tree = {
  'pkgs/top-level/linux-kernels.nix': `
{ pkgs, linuxKernel, config, lib, newScope, ... }:
with linuxKernel;
let
  inherit (lib) recurseIntoAttrs;
  hardenedKernelFor = kernel': overrides: kernel'.override overrides;
in
{
  kernels = recurseIntoAttrs (
    lib.makeExtensible (
      self: with self;
      let callPackage = newScope self; in
      {
        linux_5_15 = callPackage ../os-specific/linux/kernel/mainline.nix { branch = "5.15"; kernelPatches = [ ]; };
        linux_6_6 = callPackage ../os-specific/linux/kernel/mainline.nix { branch = "6.6"; };
        linux_6_12 = callPackage ../os-specific/linux/kernel/mainline.nix { branch = "6.12"; };
        linux_6_18 = callPackage ../os-specific/linux/kernel/mainline.nix { branch = "6.18"; };
        linux_rt_6_6 = callPackage ../os-specific/linux/kernel/linux-rt-6.6.nix { kernelPatches = [ ]; };
        linux_rpi4 = callPackage ../os-specific/linux/kernel/linux-rpi.nix { rpiVersion = 4; };
        linux_testing =
          let
            testing = callPackage ../os-specific/linux/kernel/mainline.nix { branch = "testing"; };
            latest = packageAliases.linux_latest.kernel;
          in
          if latest.kernelAtLeast testing.baseVersion then latest else testing;
        zenKernels = callPackage ../os-specific/linux/kernel/zen-kernels.nix;
        linux_zen = zenKernels { variant = "zen"; };
        linux_lqx = zenKernels { variant = "lqx"; };
        linux_hardened = hardenedKernelFor packageAliases.linux_default.kernel { };
        linux_5_4 = throw "linux 5.4 is gone from the kernels";
      }
      // lib.optionalAttrs config.allowAliases { linux_6_8 = throw "${removedSentence}"; }
    )
  );

  vanillaPackages = {
    linux_5_4 = recurseIntoAttrs (packagesFor kernels.linux_5_4);
    linux_5_15 = recurseIntoAttrs (packagesFor kernels.linux_5_15);
    linux_6_6 = recurseIntoAttrs (packagesFor kernels.linux_6_6);
    linux_6_12 = recurseIntoAttrs (packagesFor kernels.linux_6_12);
    linux_6_18 = recurseIntoAttrs (packagesFor kernels.linux_6_18);
  }
  // lib.optionalAttrs config.allowAliases {
    linux_6_8 = throw "${removedSentence}"; # Added 2024-08-02
  };

  rtPackages = { linux_rt_6_6 = packagesFor kernels.linux_rt_6_6; };
  rpiPackages = { linux_rpi4 = packagesFor kernels.linux_rpi4; };

  packages = recurseIntoAttrs (
    vanillaPackages // rtPackages // rpiPackages // {
      linux_testing = packagesFor kernels.linux_testing;
      linux_zen = recurseIntoAttrs (packagesFor kernels.linux_zen);
      linux_lqx = recurseIntoAttrs (packagesFor kernels.linux_lqx);
      linux_hardened = recurseIntoAttrs (packagesFor kernels.linux_hardened);
    }
    // lib.optionalAttrs config.allowAliases { linux_ham = throw "linux_ham was removed"; }
  );

  packageAliases = {
    linux_default = packages.linux_6_12;
    # the newest
    linux_latest = packages.linux_6_18;
    linux_rt_default = packages.linux_rt_6_6;
  }
  // lib.optionalAttrs config.allowAliases { linux_mptcp = throw "it has moved"; };
}
`,
  [`${kernelFolder}/kernels-org.json`]: table({
    testing: ['6.19-rc4', false],
    '5.15': ['5.15.197', true],
    '6.6': ['6.6.119', true],
    '6.12': ['6.12.64', true],
    '6.18': ['6.18.5', false],
  }),
  [`${kernelFolder}/linux-rt-6.6.nix`]: '{ lib, ... }@args: let version = "6.6.112-rt63"; in { inherit version; }',
  [`${kernelFolder}/linux-rpi.nix`]: '{ ... }: let tag = "stable"; in { version = "6.6-${tag}"; }',
  [`${kernelFolder}/zen-kernels.nix`]:
    '{ variant, ... }: let variants = { zen = { version = "6.18.3"; }; lqx = { version = "6.17.13"; }; }; in variants.${variant}',
  [`${kernelFolder}/hardened/patches.json`]: table({ '6.12': ['6.12.56', false] }),
};

/** Every kernel in a file of its own, variants selected from a set, removed ones among the others. */
export const filesTree: Tree = {
  'pkgs/top-level/linux-kernels.nix': `
{ pkgs, linuxKernel, config, lib, newScope, recurseIntoAttrs }:
with linuxKernel;
{
  kernels = recurseIntoAttrs (lib.makeExtensible (self: with self;
    let callPackage = newScope self; in {
    linux_5_15 = callPackage ../os-specific/linux/kernel/linux-5.15.nix { kernelPatches = [ ]; };
    linux_5_19 = callPackage ../os-specific/linux/kernel/linux-5.19.nix { };
    linux_5_16 = throw "linux 5.16 was removed";
    xanmodKernels = callPackage ../os-specific/linux/kernel/xanmod-kernels.nix;
    linux_xanmod = (xanmodKernels { kernelPatches = [ ]; }).lts;
  }));
  packagesFor = kernel_: lib.makeExtensible (self: with self; { kernel = kernel_; });
  vanillaPackages = {
    linux_5_15 = recurseIntoAttrs (packagesFor kernels.linux_5_15);
    linux_5_16 = throw "linux 5.16 was removed";
    linux_5_19 = recurseIntoAttrs (packagesFor kernels.linux_5_19);
  };
  packages = recurseIntoAttrs (vanillaPackages // {
    linux_xanmod = recurseIntoAttrs (packagesFor kernels.linux_xanmod);
  });
  packageAliases = { linux_default = packages.linux_5_15; linux_latest = packages.linux_5_19; };
}
`,
  [`${kernelFolder}/linux-5.15.nix`]: '{ buildLinux, ... }@args: buildLinux (args // rec { version = "5.15.58"; })',
  [`${kernelFolder}/linux-5.19.nix`]: '{ buildLinux, ... }@args: buildLinux (args // rec { version = "5.19"; })',
  [`${kernelFolder}/xanmod-kernels.nix`]:
    '{ ... }: let ltsVariant = { version = "5.15.57"; }; edgeVariant = { version = "5.18.15"; }; in { lts = ltsVariant; edge = edgeVariant; }',
};
