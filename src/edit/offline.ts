import { type Refused, refused } from '../outcome.js';
import { compilePattern, readTag } from '../release/pattern.js';
import type { Source, SourceHash } from '../source/source.js';
import type { FileEdit } from './edit.js';
import { finishEdit } from './finish.js';
import { shown } from './names.js';
import { type EditTarget, planEditOf } from './plan.js';
import { type ReadText, readSubject, type Subject } from './subject.js';

/** What a person names on the command line: a tag (for a URL: the whole URL), or a commit with its day. */
export type NamedTarget = { readonly tag: string } | { readonly rev: string; readonly date: string };

/** The hash of a source: given by hand, or computed. */
export type HashOf = (source: Source) => Promise<SourceHash | Refused>;

export type NamedUpdate =
  | { readonly outcome: 'edited'; readonly update: EditedUpdate; readonly files: readonly FileEdit[] }
  | { readonly outcome: 'current'; readonly version: string; readonly rev: string; readonly reason: string }
  | Refused;

interface EditedUpdate {
  readonly version: { readonly from: string; readonly to: string };
  readonly rev: string;
  readonly hash: SourceHash;
}

/**
 * Updates one attribute to a release that a person names. The order of releases is not asked; the tag must have the shape
 * that the derivation's own expression gives. Nothing is written: `writeEdits` does that.
 */
export async function updateTo(
  readText: ReadText,
  attr: string,
  named: NamedTarget,
  hashOf: HashOf,
): Promise<NamedUpdate> {
  const subject = readSubject(readText, attr);
  if ('outcome' in subject) return subject;
  const target = targetOf(subject, named);
  if ('outcome' in target) return target;
  const plan = planEditOf(readText, attr, target);
  if ('outcome' in plan) return plan;
  if (plan.rev === revisionNow(subject)) {
    const reason = `${attr} is at ${shown(plan.rev)} already.`;
    return { outcome: 'current', version: subject.version, rev: plan.rev, reason };
  }
  const hash = await hashOf(plan.source);
  if ('outcome' in hash) return hash;
  const files = finishEdit(plan, hash.hash, readText);
  if ('outcome' in files) return files;
  return { outcome: 'edited', update: { version: plan.version, rev: plan.rev, hash }, files };
}

/** The version that a tag releases, as the derivation's own pattern reads it. */
function targetOf({ driver }: Subject, named: NamedTarget): EditTarget | Refused {
  if ('rev' in named) return named;
  if (driver.pattern === null) {
    return refused(
      'pinned-to-commit',
      `${driver.attr} is pinned to a commit: name a commit and its date instead of a tag.`,
    );
  }
  const reading = readTag(compilePattern(driver.pattern), named.tag);
  if (reading === null) {
    return refused('tag-other-shape', `${shown(named.tag)} has another shape than ${shown(driver.pattern)}.`);
  }
  return { tag: named.tag, version: reading.version };
}

function revisionNow({ driver, written }: Subject): string | null {
  if (driver.follows === 'tag') return driver.rev;
  const text = written.revision.map((part) => (part.type === 'literal' ? part.text : '')).join('');
  if (driver.follows === 'url') return text;
  return /(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/.exec(text)?.[0] ?? null;
}
