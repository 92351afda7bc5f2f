import { isSri } from '../nix/sri.js';
import { type Refused, refused } from '../outcome.js';
import type { EditPlan, FileEdit } from './edit.js';
import { guardPlaces } from './guard.js';
import { guardValues } from './guard-values.js';
import { shown } from './names.js';
import { applyEdit, withReplacements } from './rewrite.js';
import { type ReadText, readSubject } from './subject.js';

/**
 * Writes the hash into a plan and proves the result: every file parses, differs in the planned literals alone, and
 * evaluates to the planned version, revision and hash and to nothing else that is new.
 *
 * @param hash SRI
 * @param readText the tree that the plan was made from
 */
export function finishEdit(plan: EditPlan, hash: string, readText: ReadText): readonly FileEdit[] | Refused {
  if (!isSri(hash))
    return refused('name-unsafe', `${shown(hash)} is no hash: sha256- and 44 characters of base64 are needed.`);
  const { file, start, end } = plan.hash;
  const replacements = [...plan.replacements, { file, start, end, text: hash }];
  const files = applyEdit(plan, hash, (path) => readText(path) ?? '');
  for (const edit of files) {
    const stray = guardPlaces(
      edit,
      replacements.filter((replacement) => replacement.file === edit.path),
    );
    if (stray !== null) return stray;
  }
  const before = readSubject(readText, plan.attr);
  if ('outcome' in before) return before;
  const after = readSubject(withReplacements(readText, replacements), plan.attr);
  if ('outcome' in after) return after;
  // What tells two assets of one version apart stands behind a space, which no version has.
  const [version = ''] = plan.version.to.split(' ');
  const expected = { revision: revisionOf(plan, before.written.revision), version, hash };
  return guardValues({ before, after, replacements, expected }) ?? files;
}

/** The revision as the file writes it: `refs/tags/` stays where it stood. */
function revisionOf(plan: EditPlan, parts: readonly { readonly type: string; readonly text?: string }[]): string {
  const text = parts.map((part) => part.text ?? '').join('');
  return text.startsWith('refs/tags/') ? `refs/tags/${plan.rev}` : plan.rev;
}
