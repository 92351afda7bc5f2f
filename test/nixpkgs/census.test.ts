import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { driverOf } from '../../src/nixpkgs/scan-driver.js';
import { readScope } from '../../src/nixpkgs/scan-scope.js';
import { describeWith } from '../support/require.js';
import { derivationLike, type KnownModule, ownVersion } from './census.js';

const data = fileURLToPath(new URL('../../../shared/data/derivations.json', import.meta.url));
const facts = {
  name: 'the facts of real modules',
  met: existsSync(data),
  enable: 'Put derivations.json into ../shared/data.',
};

/** A tree that registers one module under its real path. */
function driverFrom(module: KnownModule, derivation: string) {
  const registration = `{ lib, newScope }: {
    packagesFor = kernel_: lib.makeExtensible (self: with self; let callPackage = newScope self; in {
      ${JSON.stringify(module.attr)} = callPackage ../${module.path.replace(/^pkgs\//, '')} { };
    });
  }`;
  const files = new Map([
    ['pkgs/top-level/linux-kernels.nix', registration],
    [module.path, derivation],
  ]);
  const scope = readScope((file) => files.get(file) ?? null);
  const thunk = scope.attributes.get(module.attr);
  if (thunk === undefined) throw new Error(`${module.attr} is not registered`);
  return driverOf(module.attr, thunk, scope);
}

describeWith(facts, 'the inventory of real modules', () => {
  const modules = facts.met ? (JSON.parse(readFileSync(data, 'utf8')) as KnownModule[]) : [];
  const readable = modules.flatMap((module) => {
    const derivation = derivationLike(module);
    return derivation === null ? [] : [[module.attr, module, derivation] as const];
  });

  it('has facts enough to rebuild most of them', () => {
    expect(readable.length).toBeGreaterThan(50);
  });

  it.each(readable)('reads %s as Nix does', (_attr, module, derivation) => {
    const driver = driverFrom(module, derivation);
    const fetched = module.fetcher?.startsWith('fetch') ?? false;
    expect(driver.file).toBe(module.path);
    expect(driver.follows).toBe(followsOf(module));
    if (!fetched) return;
    expect(driver).toMatchObject({
      fetcher: module.fetcher,
      owner: module.owner,
      repo: module.repo,
      url: module.url,
      rev: (module.rev ?? module.tag)?.replace(/^refs\/tags\//, '') ?? null,
      hash: { attribute: module.hash === null ? 'sha256' : 'hash', value: module.hash ?? module.sha256 },
    });
    if (!module.version?.includes(module.rev?.slice(0, 7) ?? ' ')) expect(driver.version).toBe(ownVersion(module));
  });
});

/** What the census says of each kind of source. */
function followsOf(module: KnownModule): string {
  if (!module.fetcher?.startsWith('fetch')) return 'nothing';
  const revision = module.rev ?? module.tag;
  if (revision !== null) return /^[0-9a-f]{40}$/.test(revision) ? 'branch' : 'tag';
  if (/[0-9a-f]{40}/.test(module.url ?? '')) return 'branch';
  const version = ownVersion(module);
  return version !== null && module.url?.includes(version) ? 'url' : 'nothing';
}
