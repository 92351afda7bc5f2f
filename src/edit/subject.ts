import { asString, type Derivation, derivationOf, type Fetch } from '../nixpkgs/derivation.js';
import { ownVersion } from '../nixpkgs/derivation-pattern.js';
import type { Driver } from '../nixpkgs/driver.js';
import { driverOf } from '../nixpkgs/scan-driver.js';
import { type KernelScope, readScope } from '../nixpkgs/scan-scope.js';
import { type RefusalCode, type Refused, refused } from '../outcome.js';
import type { Written } from './inverse.js';
import { isLiteral, partsOf } from './parts.js';

/** One attribute as the edit sees it: what follows something, with every literal's place. */
export interface Subject {
  readonly driver: Driver;
  /** The driver's own version, without the kernel. */
  readonly version: string;
  readonly derivation: Derivation;
  readonly fetch: Fetch;
  readonly written: Written;
  readonly scope: KernelScope;
}

/** Text of a file by its path relative to the nixpkgs root; null when there is none. */
export type ReadText = (file: string) => string | null;

/**
 * Reads one attribute of a tree anew. Refused with the inventory's own reason when it follows nothing.
 * @throws Fault `not-nixpkgs` when the tree has no readable kernel package scope.
 */
export function readSubject(readText: ReadText, attr: string): Subject | Refused {
  const scope = readScope(readText);
  const thunk = scope.attributes.get(attr);
  if (thunk === undefined) {
    return refused('unknown-attribute', `The kernel package scope has no attribute ${attr}.`);
  }
  const driver = driverOf(attr, thunk, scope);
  if (driver.follows === 'nothing') {
    return refused((driver.code ?? 'not-a-module') as RefusalCode, driver.reason ?? 'The attribute follows nothing.');
  }
  const derivation = derivationOf(thunk.force(), driver.file);
  const source = derivation?.source;
  const written = asString(derivation?.version);
  if (derivation === null || written === null || source?.kind !== 'fetch') {
    return refused('version-unknown', `The version or source of ${attr} cannot be read from ${driver.file}.`);
  }
  const revision = driver.follows === 'url' || source.revision === null ? source.url : source.revision.value;
  if (revision === null) return refused('source-unknown', `The revision of ${attr} cannot be read from the file.`);
  const own = partsOf({ ...written, parts: ownVersion(written) });
  const version = own.filter(isLiteral);
  if (version.length < own.length) return refused('version-unknown', `The version of ${attr} is written with escapes.`);
  const text = version.map((part) => part.text).join('');
  return { driver, version: text, derivation, fetch: source, written: { version, revision: partsOf(revision) }, scope };
}
