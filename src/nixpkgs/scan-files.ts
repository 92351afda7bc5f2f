import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reads files of one nixpkgs tree. Synchronous, because a lazy evaluation asks for a file in the middle of an
 * expression; it reads a few hundred small files.
 *
 * @returns the text, or null when there is no such file.
 */
export function readTree(root: string): (file: string) => string | null {
  return (file) => {
    try {
      return readFileSync(join(root, file), 'utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}
