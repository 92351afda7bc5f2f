import { readSubject } from '../edit/subject.js';
import type { Driver } from '../nixpkgs/driver.js';
import { readTree } from '../nixpkgs/scan-files.js';
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
