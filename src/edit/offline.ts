import type { Refused } from '../outcome.js';
import type { Source, SourceHash } from '../source/source.js';
import type { EditPlan, FileEdit } from './edit.js';
import { finishEdit } from './finish.js';
import { type NamedTarget, namedTarget } from './named-target.js';
import { shown } from './names.js';
import { planEditOf } from './plan.js';
import { type ReadText, readSubject, type Subject } from './subject.js';

export type NamedUpdate =
  | {
      readonly outcome: 'edited';
      readonly plan: EditPlan;
      readonly hash: SourceHash;
      readonly files: readonly FileEdit[];
    }
  | { readonly outcome: 'current'; readonly reason: string }
  | Refused;

/**
 * Updates one attribute to a release that a person names. The order of releases is not asked; the tag must have the shape
 * that the derivation's own expression gives. Needs the tree's text alone: no kernel set, no Nix, no network of its own.
 * Nothing is written: `writeEdits` does that.
 *
 * @param hashOf the hash of a source, given by hand or computed; not asked when the driver is there already.
 */
export async function updateTo(
  readText: ReadText,
  attr: string,
  named: NamedTarget,
  hashOf: (source: Source) => Promise<SourceHash | Refused>,
): Promise<NamedUpdate> {
  const subject = readSubject(readText, attr);
  if ('outcome' in subject) return subject;
  const read = namedTarget(subject.driver, named);
  if ('outcome' in read) return read;
  const plan = planEditOf(readText, attr, read.target);
  if ('outcome' in plan) return plan;
  if (plan.rev === revisionNow(subject)) {
    return { outcome: 'current', reason: `${attr} is at ${shown(plan.rev)} already.` };
  }
  const hash = await hashOf(plan.source);
  if ('outcome' in hash) return hash;
  const files = finishEdit(plan, hash.hash, readText);
  return 'outcome' in files ? files : { outcome: 'edited', plan, hash, files };
}

/** What the derivation is at, in the words of `EditPlan.rev`. */
function revisionNow({ driver, written }: Subject): string | null {
  if (driver.follows === 'tag') return driver.rev;
  const text = written.revision.map((part) => (part.type === 'literal' ? part.text : '')).join('');
  if (driver.follows === 'url') return text;
  return /(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/.exec(text)?.[0] ?? null;
}
