import { textOf, type Value } from '../nix/evaluate/values.js';
import { parseHash } from '../nix/sri.js';
import type { Fetch } from '../nixpkgs/derivation.js';
import type { Driver } from '../nixpkgs/driver.js';
import { optOutComment, readUpdateRules } from '../nixpkgs/update-rules.js';
import { type Refused, refused } from '../outcome.js';
import { joined } from '../release/segments.js';
import { type ArgumentValue, modelSource } from '../source/model.js';
import type { Source } from '../source/source.js';
import type { EditPlan, Replacement } from './edit.js';
import { guardValues } from './guard-values.js';
import { invertRevision, moveToCommit } from './inverse.js';
import { type AssetMove, invertAsset } from './inverse-asset.js';
import { refuseCommit, refuseTag, refuseUrl, refuseVersion, shown } from './names.js';
import { isLiteral, partsOf } from './parts.js';
import { withReplacements } from './rewrite.js';
import { type ReadText, readSubject, type Subject } from './subject.js';

/** What to update to. */
export type EditTarget =
  /** A tag as upstream names it (for a URL: the whole URL), the version that it releases, and its commit where it is known. */
  | { readonly tag: string; readonly version: string; readonly commit?: string | undefined }
  /** An asset of a release: its address, cut as that of today's, its version, and its SHA-256 where the forge states it. */
  | { readonly asset: AssetMove; readonly version: string; readonly sha256: string | null }
  /** 40 lower-case hex digits, and the day of that commit, `YYYY-MM-DD`. */
  | { readonly rev: string; readonly date: string };

/**
 * Finds exactly the literals that must change, so that evaluating the edited files gives exactly the target, and nothing
 * else changes. Every doubt is a refusal with its reason.
 */
export function planEditOf(readText: ReadText, attr: string, target: EditTarget): EditPlan | Refused {
  const unsafe = refuseTarget(target);
  if (unsafe !== null) return unsafe;
  const subject = readSubject(readText, attr);
  if ('outcome' in subject) return subject;
  const hash = hashPlace(subject.fetch);
  if ('outcome' in hash) return hash;
  const revision = revisionFor(subject, target);
  if (typeof revision !== 'string') return revision;
  const replacements = changesFor(subject, target, revision);
  if ('outcome' in replacements) return replacements;
  const forbidden = refuseFiles(subject, readText, [hash.file, ...replacements.map(({ file }) => file)]);
  if (forbidden !== null) return forbidden;

  const after = readSubject(withReplacements(readText, replacements), attr);
  if ('outcome' in after) return after;
  const version = 'version' in target ? target.version : target.date;
  const expected = { revision, version, hash: hash.value };
  const wrong = guardValues({ before: subject, after, replacements, expected });
  if (wrong !== null) return wrong;
  const source = sourceOf(after.fetch);
  if ('outcome' in source) return source;
  return {
    attr,
    version: versionsOf(subject, after, target),
    rev: revision.replace(/^refs\/tags\//, ''),
    source: { ...source, ...knownOf(target) },
    replacements,
    hash,
  };
}

/** An asset for another kernel may be of the same version: then the kernels tell the two apart. */
function versionsOf(before: Subject, after: Subject, target: EditTarget): EditPlan['version'] {
  const [from, to] = [before.version, after.version];
  if (from !== to || !('asset' in target)) return { from, to };
  const kernel = (segments: AssetMove['from']) =>
    segments.findLast(({ slot }) => slot === 'kernel')?.text ?? 'any kernel';
  return { from: `${from} for ${kernel(target.asset.from)}`, to: `${to} for ${kernel(target.asset.to)}` };
}

/** What is known of the source beforehand. An asset may be made from any commit. */
function knownOf(target: EditTarget): Pick<Source, 'commit' | 'sha256'> {
  if ('rev' in target) return { commit: target.rev };
  if ('asset' in target) return target.sha256 === null ? {} : { sha256: target.sha256 };
  return target.commit === undefined ? {} : { commit: target.commit };
}

function refuseTarget(target: EditTarget): Refused | null {
  if ('rev' in target) return refuseCommit(target.rev, target.date);
  if ('asset' in target) return refuseUrl(joined(target.asset.to)) ?? refuseVersion(target.version);
  const unsafe = target.tag.includes('://') ? refuseUrl(target.tag) : refuseTag(target.tag);
  return unsafe ?? refuseVersion(target.version);
}

/** What the derivation's revision must evaluate to: the tag, the commit, or the URL. */
function revisionFor({ driver, written }: Subject, target: EditTarget): string | Refused {
  if ('rev' in target) return target.rev;
  if ('asset' in target) return joined(target.asset.to);
  if (driver.follows === 'url') return urlFor(driver, target);
  const text = written.revision
    .filter(isLiteral)
    .map((part) => part.text)
    .join('');
  return text.startsWith('refs/tags/') ? `refs/tags/${target.tag}` : target.tag;
}

/** The URL's own pattern, filled; a tag of the same version that is no URL names the same release. */
function urlFor({ pattern }: Driver, target: { readonly tag: string; readonly version: string }): string | Refused {
  const url = (pattern ?? '').replaceAll('{version}', target.version);
  if (target.tag === url || !target.tag.includes('://')) return url;
  return refused('tag-other-shape', `${shown(target.tag)} has another shape than ${shown(pattern ?? '')}.`);
}

function changesFor(subject: Subject, target: EditTarget, revision: string): readonly Replacement[] | Refused {
  if ('rev' in target) return moveToCommit(subject.written, target.rev, target.date);
  if ('asset' in target) return invertAsset(subject.written, target.asset);
  const changes = invertRevision(subject.written, revision, target.version);
  if ('outcome' in changes) return changes;
  const unsafe = changes.map(({ text }) => refuseVersion(text)).find((refusal) => refusal !== null);
  return unsafe ?? changes;
}

/** Where the hash stands: one literal that is the whole string, in a spelling of SHA-256. */
function hashPlace(fetch: Fetch): EditPlan['hash'] | Refused {
  const value = fetch.hash?.value;
  const [part, more] = value === undefined ? [] : partsOf(value);
  if (part?.type !== 'literal' || more !== undefined || parseHash(part.text) === null) {
    return refused(
      'hash-unknown',
      `The ${fetch.hash?.attribute ?? 'hash'} of the source is no SHA-256 that stands in the file.`,
    );
  }
  const { file, start, end, text } = part;
  return { file, start, end, value: text };
}

/** Files that may not be edited: they ask for it, belong to others, or the derivation's own updater edits another one. */
function refuseFiles(subject: Subject, readText: ReadText, files: readonly string[]): Refused | null {
  const { file } = subject.derivation;
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  for (const touched of new Set([file, ...files])) {
    const read = subject.scope.evaluator.read(touched);
    if (readText(touched) === null || typeof read === 'string')
      return refused('source-unknown', `${touched} cannot be read.`);
    const comment = optOutComment(read);
    if (comment !== null) return refused('opted-out', `${touched} says ${shown(comment)}.`);
    if (!touched.startsWith(folder)) {
      return refused('other-package', `The version stands in ${touched}, which belongs to other packages as well.`);
    }
  }
  const { overrideFile } = readUpdateRules(subject.derivation.attributes);
  if (overrideFile === undefined || files.includes(overrideFile)) return null;
  return refused(
    'several-places',
    `The derivation's updateScript edits ${shown(overrideFile)}, but the version stands elsewhere.`,
  );
}

/** What the edited derivation downloads. */
function sourceOf(fetch: Fetch): Source | Refused {
  const known = [...fetch.arguments].map(([name, thunk]) => [name, argumentOf(thunk.force())] as const);
  return modelSource({ fetcher: fetch.fetcher, arguments: new Map(known) });
}

function argumentOf(value: Value): ArgumentValue {
  if (value.type === 'boolean') return value.value;
  if (value.type === 'null') return null;
  if (value.type === 'list') return value.items.map((item) => argumentOf(item.force()));
  return textOf(value) ?? undefined;
}
