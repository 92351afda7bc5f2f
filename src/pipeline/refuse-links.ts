import type { EditPlan } from '../edit/edit.js';
import { isReachedByLink } from '../nixpkgs/scan-files.js';
import { type Refused, refused } from '../outcome.js';

/** A link is read but never edited: the change would land in another file, or turn the link into one. */
export function refuseLinks(tree: string, { replacements, hash }: EditPlan): Refused | null {
  const link = [hash, ...replacements].find(({ file }) => isReachedByLink(tree, file));
  return link === undefined ? null : refused('file-is-link', `${link.file} is a symbolic link, or lies behind one.`);
}
