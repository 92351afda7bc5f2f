import { posix } from 'node:path';
import { resolvePath } from '../nix/evaluate/paths.js';
import { childrenOf } from '../nix/syntax/children.js';
import { parse } from '../nix/syntax/parse.js';
import { type Node, staticName } from '../nix/syntax/tree.js';
import { fileOf } from '../nixpkgs/derivation-functions.js';
import { driverOf } from '../nixpkgs/scan-driver.js';
import { readScope } from '../nixpkgs/scan-scope.js';
import type { FileEdit } from './edit.js';
import type { ReadText } from './subject.js';

/** Another attribute that an edit may change as well. */
export interface Sharer {
  readonly attr: string;
  /** `packages`: of nixpkgs itself, such as the userland of zfs; `kernel`: of the kernel package scope. */
  readonly scope: 'kernel' | 'packages';
  /** Relative to the nixpkgs root. */
  readonly file: string;
}

const allPackages = 'pkgs/top-level/all-packages.nix';

/**
 * The other attributes whose files stand in a folder that an edit touches: a folder is one package's (nixpkgs,
 * pkgs/README.md), so whatever else reads an edited file stands there too. Whether the edit changes them, Nix says.
 */
export function findSharers(readText: ReadText, attr: string, edits: readonly Pick<FileEdit, 'path'>[]): Sharer[] {
  const folders = new Set(edits.map(({ path }) => posix.dirname(path)));
  const isNear = ({ file }: Sharer) => folders.has(posix.dirname(file));
  return [...modulesOf(readText, attr), ...packagesOf(readText)].filter(isNear);
}

function modulesOf(readText: ReadText, attr: string): Sharer[] {
  const scope = readScope(readText);
  const others = [...scope.attributes].filter(([name]) => name !== attr && name !== 'extend');
  return others
    .map(([name, thunk]) => driverOf(name, thunk, scope))
    .filter(({ code }) => code !== 'alias')
    .map((driver) => ({ attr: driver.attr, scope: 'kernel', file: driver.file }));
}

/** Every attribute that the file gives a path: `zfs_2_3 = callPackage ../os-specific/linux/zfs/2_3.nix { … };`. */
function packagesOf(readText: ReadText): Sharer[] {
  const text = readText(allPackages);
  const found: Sharer[] = [];
  if (text !== null) visit(parse(text).root, null);
  return found;

  function visit(node: Node, name: string | null): void {
    if (node.type === 'path') {
      const { path } = resolvePath(node, allPackages);
      if (name !== null && path !== null) found.push({ attr: name, scope: 'packages', file: fileOf(path) });
      return;
    }
    const [first, more] = node.type === 'assignment' ? node.path : [];
    const named = first === undefined || more !== undefined ? null : staticName(first);
    for (const child of childrenOf(node)) visit(child, named ?? name);
  }
}
