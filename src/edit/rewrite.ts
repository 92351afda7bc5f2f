import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { Fault } from '../errors.js';
import type { EditPlan, FileEdit, Replacement } from './edit.js';

/** What a replacement says of one text, without the file's name. */
type Change = Pick<Replacement, 'start' | 'end' | 'text'>;

/**
 * Replaces ranges of a text and no other byte. The ranges are offsets into `text` as it was, in any order.
 * @throws Fault `bug` when two ranges overlap or one lies outside of the text.
 */
export function applyReplacements(text: string, changes: readonly Change[]): string {
  const ordered = [...changes].sort((one, other) => one.start - other.start || one.end - other.end);
  const pieces: string[] = [];
  let position = 0;
  for (const { start, end, text: replacement } of ordered) {
    if (start < position || end < start || end > text.length) {
      throw new Fault('bug', 'Replacements overlap or leave the file.', { start, end, position, length: text.length });
    }
    pieces.push(text.slice(position, start), replacement);
    position = end;
  }
  return [...pieces, text.slice(position)].join('');
}

/** Files as they are after the replacements, for whoever reads them by their path. */
export function withReplacements<Text extends string | null>(
  readText: (file: string) => Text,
  replacements: readonly Replacement[],
): (file: string) => Text {
  return (file) => {
    const text = readText(file);
    if (text === null) return text;
    return applyReplacements(
      text,
      replacements.filter((replacement) => replacement.file === file),
    ) as Text;
  };
}

/**
 * The files after the edit, with their diffs.
 * @param hash SRI; the caller has checked its spelling (`isSri`).
 * @param readFile text of a file by its path relative to the nixpkgs root, as it was when the plan was made.
 */
export function applyEdit(plan: EditPlan, hash: string, readFile: (path: string) => string): readonly FileEdit[] {
  const { file, start, end } = plan.hash;
  const replacements = [...plan.replacements, { file, start, end, text: hash }];
  const paths = [...new Set(replacements.map((replacement) => replacement.file))].sort();
  return paths
    .map((path) =>
      editFile(
        path,
        readFile(path),
        replacements.filter((replacement) => replacement.file === path),
      ),
    )
    .filter((edit) => edit.before !== edit.after);
}

function editFile(path: string, before: string, changes: readonly Change[]): FileEdit {
  const after = applyReplacements(before, changes);
  const diff = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
  return { path, before, after, diff };
}
