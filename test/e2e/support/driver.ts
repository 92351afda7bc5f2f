import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Files, readFolder } from '../../support/folder.js';
import type { GitHub } from '../../support/github/index.js';
import { hashOfTag } from './upstream.js';

const nixpkgs = fileURLToPath(new URL('../../fixtures/nixpkgs', import.meta.url));
const scope = 'pkgs/top-level/linux-kernels.nix';

/** A small driver: `<attr>-author/<attr>` on GitHub, at 1.0.0 in nixpkgs. */
export interface SmallDriver {
  readonly attr: string;
  /** `owner/name` of its author's repository. */
  readonly upstream: string;
}

/** Creates the author's repository with the release 1.0.0. */
export async function createDriver(github: GitHub, attr: string, files: Files = {}): Promise<SmallDriver> {
  const upstream = `${attr}-author/${attr}`;
  await github.createRepository({
    owner: `${attr}-author`,
    name: attr,
    files: { 'driver.c': '/* 1.0.0 */\n', ...files },
  });
  await github.tag(upstream, { name: 'v1.0.0' });
  return { attr, upstream };
}

/** The author's next release. */
export async function release(
  github: GitHub,
  { upstream }: SmallDriver,
  version: string,
  files: Files = {},
): Promise<void> {
  await github.commit(upstream, { message: version, files: { 'driver.c': `/* ${version} */\n`, ...files } });
  await github.tag(upstream, { name: `v${version}` });
}

export function derivationPath(attr: string): string {
  return `pkgs/os-specific/linux/${attr}/default.nix`;
}

/** Creates `<owner>/nixpkgs` with these drivers, as a fork of `NixOS/nixpkgs`, which is made at first. */
export async function createFork(
  github: GitHub,
  owner: string,
  drivers: readonly SmallDriver[],
  more: Files = {},
): Promise<string> {
  const forkOf = await parent(github);
  const files = { ...(await driverFiles(github, drivers)), ...more };
  await github.createRepository({ owner, name: 'nixpkgs', forkOf, files });
  return `${owner}/nixpkgs`;
}

/** Reading the folder once for all forks saves a process per file and fork. */
async function parent(github: GitHub): Promise<string> {
  try {
    github.repository('NixOS/nixpkgs');
  } catch {
    const files = await readFolder(nixpkgs);
    await github.createRepository({ owner: 'NixOS', name: 'nixpkgs', defaultBranch: 'master', files });
  }
  return 'NixOS/nixpkgs';
}

/**
 * The files of nixpkgs that drivers need: the scope with their attributes, and their derivations.
 * @param tree the small nixpkgs, by default as the project has it
 */
export async function driverFiles(github: GitHub, drivers: readonly SmallDriver[], tree = nixpkgs): Promise<Files> {
  const modules = await readFile(join(tree, scope), 'utf8');
  const registered = drivers.map(({ attr }) => `        ${attr} = callPackage ../os-specific/linux/${attr} { };\n\n`);
  const derivations = drivers.map(async ({ attr, upstream }) => {
    const hash = await hashOfTag(github, upstream, 'v1.0.0');
    return [derivationPath(attr), derivation({ attr, upstream }, hash)] as const;
  });
  return {
    [scope]: modules.replace(/^ *v4l2loopback = callPackage/m, (line) => `${registered.join('')}${line}`),
    ...Object.fromEntries(await Promise.all(derivations)),
  };
}

function derivation({ attr, upstream }: SmallDriver, hash: string): string {
  const [owner, repo] = upstream.split('/');
  return `{
  lib,
  stdenv,
  fetchFromGitHub,
  kernel,
  kernelModuleMakeFlags,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "${attr}";
  version = "1.0.0";

  src = fetchFromGitHub {
    owner = "${owner}";
    repo = "${repo}";
    tag = "v\${finalAttrs.version}";
    hash = "${hash}";
  };

  nativeBuildInputs = kernel.moduleBuildDependencies;

  makeFlags = kernelModuleMakeFlags ++ [
    "KERNEL_DIR=\${kernel.dev}/lib/modules/\${kernel.modDirVersion}/build"
  ];
  preInstall = "export INSTALL_MOD_PATH=$out";

  meta = {
    description = "A small driver";
    license = lib.licenses.gpl2Only;
    platforms = lib.platforms.linux;
  };
})
`;
}
