import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { TextDecoder } from 'node:util';

/** The largest Nix file of nixpkgs, `all-packages.nix`, has some 0.4 MiB. */
const mostBytes = 4 * 1024 * 1024;

/**
 * Reads files of one nixpkgs tree. The tree is a stranger's: only a regular file that lies under the root, has at most
 * 4 MiB and is valid UTF-8 is there; a link may lead to such a file and to nothing else. Synchronous, because a lazy
 * evaluation asks for a file in the middle of an expression; it reads a few hundred small files.
 *
 * @returns the text, or null when there is no such file.
 */
export function readTree(root: string): (file: string) => string | null {
  return (file) => {
    const place = placeInTree(root, file);
    const bytes = place === null ? null : readRegular(place);
    return bytes === null ? null : decode(bytes);
  };
}

/** Whether a link, or nothing at all, stands at the path or on the way to it: then it must not be written. */
export function isReachedByLink(root: string, file: string): boolean {
  return placeInTree(root, file) !== join(realpathSync(root), file);
}

/** The real path of what the path names, or null when that is not there or lies outside of the tree. */
function placeInTree(root: string, file: string): string | null {
  return unlessMissing(() => {
    const place = realpathSync(join(root, file));
    return place.startsWith(realpathSync(root) + sep) ? place : null;
  });
}

/** What stands there may be exchanged, be endless or never answer: it is looked at only when it is open. */
function readRegular(place: string): Buffer | null {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  return unlessMissing(() => {
    const opened = openSync(place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stat = fstatSync(opened);
      return stat.isFile() && stat.size <= mostBytes ? readFileSync(opened) : null;
    } finally {
      closeSync(opened);
    }
  });
}

/** A text with a replacement character in it would be written back as another file than it was. */
function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const missing = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ENXIO', 'ERR_INVALID_ARG_VALUE']);

function unlessMissing<Found>(find: () => Found | null): Found | null {
  try {
    return find();
  } catch (error) {
    if (missing.has((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
