import { Fault } from '../errors.js';
import { Evaluator } from '../nix/evaluate/evaluator.js';
import { packageArguments } from '../nix/evaluate/functions.js';
import { emptySet, opaque, type SetValue, Thunk, type Value } from '../nix/evaluate/values.js';
import { nixpkgsHost } from './derivation-functions.js';

/** The file that registers every kernel module. */
export const scopeFile = 'pkgs/top-level/linux-kernels.nix';

/** The kernel package scope: `linuxKernel.packagesFor kernel`, evaluated without Nix. */
export interface KernelScope {
  readonly evaluator: Evaluator;
  readonly attributes: ReadonlyMap<string, Thunk>;
  /** Every fetcher's call that the evaluation has come across so far. */
  readonly fetches: readonly SetValue[];
}

/**
 * Evaluates the scope of one nixpkgs tree.
 *
 * @param readText gives a file's text by its path relative to the root, null when it does not exist.
 * @throws Fault `not-nixpkgs` when the tree has no kernel package scope.
 */
export function readScope(readText: (file: string) => string | null): KernelScope {
  const fetches: SetValue[] = [];
  const evaluator = new Evaluator(nixpkgsHost(readText, (fetch) => void fetches.push(fetch)));
  const place = { file: scopeFile, start: 0, end: 0 };
  const file = evaluator.evaluateFile(scopeFile);
  if (file.type === 'failure') throw notNixpkgs(file.message);
  const sets = file.type === 'function' ? file.apply(Thunk.of(packageArguments(file, emptySet(), opaque))) : file;
  const packagesFor = sets.type === 'set' ? sets.attributes.get('packagesFor')?.force() : undefined;
  if (packagesFor === undefined) throw notNixpkgs(`${scopeFile} has no packagesFor`);
  const scope = evaluator.apply(packagesFor, Thunk.of(opaque('kernel')), place);
  if (scope.type !== 'set') throw notNixpkgs(`packagesFor in ${scopeFile} gives ${describe(scope)}`);
  return { evaluator, attributes: scope.attributes, fetches };
}

function describe(value: Value): string {
  return value.type === 'opaque' ? value.name : `a ${value.type}`;
}

function notNixpkgs(detail: string): Fault {
  return new Fault('not-nixpkgs', `This tree has no readable kernel package scope: ${detail}.`, { file: scopeFile });
}
