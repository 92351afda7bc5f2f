import { readFile } from 'node:fs/promises';
import { Fault } from '../errors.js';

/** The text of a file that an option names. Throws `file-unreadable`. */
export async function readText(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Fault(
      'file-unreadable',
      `${option} ${path} cannot be read: ${(error as Error).message}`,
      { path },
      error,
    );
  }
}
