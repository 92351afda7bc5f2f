import { readSubject } from '../edit/subject.js';
import { derivationOf, solidOf } from '../nixpkgs/derivation.js';
import type { Driver } from '../nixpkgs/driver.js';
import { driverOf } from '../nixpkgs/scan-driver.js';
import { readTree } from '../nixpkgs/scan-files.js';
import { readScope } from '../nixpkgs/scan-scope.js';
import { readUpdateRules, type UpdateRules } from '../nixpkgs/update-rules.js';
import type { Refused } from '../outcome.js';

/** A driver as its derivation describes it, with the rules that stand there for its updates. */
export interface Tracked {
  readonly driver: Driver;
  readonly rules: UpdateRules;
}

/** Reads one attribute of a tree; refused with the inventory's reason when it follows nothing. Throws `not-nixpkgs`. */
export function readTracked(tree: string, attr: string): Tracked | Refused {
  const subject = readSubject(readTree(tree), attr);
  if ('outcome' in subject) return subject;
  return { driver: subject.driver, rules: readUpdateRules(subject.derivation.attributes) };
}

/** Every attribute of the tree's kernel package scope, those that follow nothing too, read at once. Throws `not-nixpkgs`. */
export function readEveryDriver(tree: string): Tracked[] {
  const scope = readScope(readTree(tree));
  return [...scope.attributes]
    .filter(([attr]) => attr !== 'extend')
    .map(([attr, thunk]) => {
      const driver = driverOf(attr, thunk, scope);
      const derivation = derivationOf(solidOf(thunk.force()), driver.file);
      return { driver, rules: derivation === null ? { unread: [] } : readUpdateRules(derivation.attributes) };
    });
}
