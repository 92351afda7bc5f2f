import { git, gitText } from './git.js';

export interface FileChange {
  readonly filename: string;
  readonly previous: string | undefined;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** The blob afterwards; of a removed file the blob before. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Undefined for binary files. */
  readonly patch: string | undefined;
}

const statuses: Record<string, FileChange['status']> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/** What changed between two trees or commits, as git tells it with renames found. */
export async function changesBetween(directory: string, from: string, to: string): Promise<FileChange[]> {
  const raw = await git(directory, ['diff', '--raw', '-z', '--no-abbrev', '-M', from, to]);
  const patch = await gitText(directory, ['diff', '-M', '--no-color', from, to]);
  const patches = patch === '' ? [] : `\n${patch}`.split(/\ndiff --git /).slice(1);
  return parseRaw(raw.toString()).map((change, index) => ({ ...change, ...measure(patches[index] ?? '') }));
}

function parseRaw(raw: string) {
  const fields = raw.split('\0');
  const changes: Omit<FileChange, 'additions' | 'deletions' | 'patch'>[] = [];
  for (let index = 0; fields[index]; index += 2) {
    const [, , before = '', after = '', code = 'M'] = (fields[index] ?? '').split(' ');
    const status = statuses[code[0] ?? 'M'] ?? 'modified';
    const first = fields[index + 1] ?? '';
    const moved = status === 'renamed' || status === 'copied';
    if (moved) index += 1;
    const filename = moved ? (fields[index + 1] ?? '') : first;
    const sha = status === 'removed' ? before : after;
    changes.push({ filename, previous: moved ? first : undefined, status, sha });
  }
  return changes;
}

function measure(patch: string): Pick<FileChange, 'additions' | 'deletions' | 'patch'> {
  const start = patch.indexOf('\n@@');
  if (start < 0) return { additions: 0, deletions: 0, patch: undefined };
  const text = patch.slice(start + 1);
  const lines = text.split('\n');
  return {
    additions: lines.filter((line) => line.startsWith('+')).length,
    deletions: lines.filter((line) => line.startsWith('-')).length,
    patch: text,
  };
}
