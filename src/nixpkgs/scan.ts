import type { Driver } from './driver.js';
import { driverOf } from './scan-driver.js';
import { readTree } from './scan-files.js';
import { readScope } from './scan-scope.js';

/**
 * Every attribute of the kernel package scope of a nixpkgs tree, in the order in which it is registered, each resolved
 * to its file anew. Needs no Nix.
 *
 * @param nixpkgsDir root of the tree.
 * @throws Fault `not-nixpkgs` when the tree has no readable kernel package scope.
 */
export async function scan(nixpkgsDir: string): Promise<Driver[]> {
  const scope = readScope(readTree(nixpkgsDir));
  const attributes = [...scope.attributes].filter(([attr]) => attr !== 'extend');
  return attributes.map(([attr, thunk]) => driverOf(attr, thunk, scope));
}
