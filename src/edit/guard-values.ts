import { textOf } from '../nix/evaluate/values.js';
import { type Refused, refused } from '../outcome.js';
import type { Replacement } from './edit.js';
import { shown } from './names.js';
import { holesOf, render, renderFetch } from './render.js';
import type { Subject } from './subject.js';

export interface Evaluated {
  readonly before: Subject;
  readonly after: Subject;
  readonly replacements: readonly Replacement[];
  readonly expected: {
    /** The tag as the file writes it, the commit, or the URL. */
    readonly revision: string;
    /** What the version must contain: the release's own version, or its day. */
    readonly version: string;
    /** As it stands in the file. */
    readonly hash: string;
  };
}

/**
 * Proves by static evaluation that the edited derivation is of the intended version, revision and hash, and that all the
 * rest of it, and every other download, evaluates as before.
 */
export function guardValues({ before, after, replacements, expected }: Evaluated): Refused | null {
  const rev = literalText(after.written.revision);
  if (rev === null || !isRevision(rev, expected.revision)) {
    return refused(
      'guard-value',
      `The edited revision would be ${shown(rev ?? 'unknown')} instead of ${shown(expected.revision)}.`,
    );
  }
  const { version } = after;
  if (!version.replaceAll('-', '').includes(expected.version.replaceAll('-', ''))) {
    return refused(
      'tag-other-shape',
      `The version would read ${shown(version)}, but the release is ${shown(expected.version)}.`,
    );
  }
  const hash = after.fetch.hash === null ? null : textOf(after.fetch.hash.value);
  if (hash !== expected.hash) return refused('guard-value', `The edited hash would be ${shown(hash ?? 'unknown')}.`);
  return otherDownloads(before, after) ?? otherValues(before, after, replacements);
}

/** A tag, a commit or a URL; or a URL that holds the commit. */
function isRevision(text: string, wanted: string): boolean {
  if (text === wanted) return true;
  return /^[0-9a-f]{40}$/.test(wanted) && text.split(/[^0-9a-f]/).includes(wanted);
}

function literalText(parts: Subject['written']['revision']): string | null {
  if (parts.some((part) => part.type === 'opaque')) return null;
  return parts.map((part) => (part.type === 'literal' ? part.text : '')).join('');
}

function otherDownloads(before: Subject, after: Subject): Refused | null {
  const [old, current] = [downloads(before), downloads(after)];
  const index = old.findIndex((text, at) => text !== current[at]);
  if (index < 0 && old.length === current.length) return null;
  const name = (old[index] ?? current[old.length] ?? '').split('\n', 1)[0] ?? '';
  return refused('used-elsewhere', `Another ${name} in the derivation would change too, and its hash would be wrong.`);
}

function downloads({ scope, fetch }: Subject): readonly string[] {
  return scope.fetches
    .filter(({ made }) => made?.place.file !== fetch.place.file || made.place.start !== fetch.place.start)
    .map(renderFetch);
}

function otherValues(before: Subject, after: Subject, replacements: readonly Replacement[]): Refused | null {
  const holes = holesOf(replacements);
  const old = render(before.derivation.attributes, holes.before);
  const current = render(after.derivation.attributes, holes.after);
  for (const path of new Set([...old.keys(), ...current.keys()])) {
    const [from, to] = [old.get(path) ?? 'nothing', current.get(path) ?? 'nothing'];
    if (from !== to) return refused('guard-value', `${path} would change from ${shown(from)} to ${shown(to)}.`);
  }
  return null;
}
