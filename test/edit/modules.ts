import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileEdit } from '../../src/edit/edit.js';
import { finishEdit } from '../../src/edit/finish.js';
import { type EditTarget, planEditOf } from '../../src/edit/plan.js';
import type { ReadText } from '../../src/edit/subject.js';
import type { Driver } from '../../src/nixpkgs/driver.js';
import { readTree } from '../../src/nixpkgs/scan-files.js';
import type { Refused } from '../../src/outcome.js';

/** A small tree with one module per shape of nixpkgs. */
export const modules = fileURLToPath(new URL('../fixtures/modules', import.meta.url));
const cache = new Map<string, string | null>();
const onDisk = readTree(modules);
export const readModules: ReadText = (file) => {
  if (!cache.has(file)) cache.set(file, onDisk(file));
  return cache.get(file) ?? null;
};

export const newHash = 'sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=';
export const newCommit = '0123456789abcdef0123456789abcdef01234567';

/** A next release of whatever a driver follows. */
export function nextOf(driver: Driver, version = '9.8.7'): Exclude<EditTarget, { readonly asset: unknown }> {
  if (driver.pattern === null) return { rev: newCommit, date: '2026-11-20' };
  return { tag: driver.pattern.replaceAll('{version}', version).replaceAll('{kernel}', '6.19'), version };
}

/** Plans and finishes an edit. */
export function edited(
  attr: string,
  target: EditTarget,
  readText = readModules,
  hash = newHash,
): readonly FileEdit[] | Refused {
  const plan = planEditOf(readText, attr, target);
  return 'outcome' in plan ? plan : finishEdit(plan, hash, readText);
}

/** The tree with the edit in it. */
export function after(files: readonly FileEdit[], readText = readModules): ReadText {
  return (file) => files.find(({ path }) => path === file)?.after ?? readText(file);
}

/** Removed and added lines of all diffs, without their indentation. */
export function changedLines(files: readonly FileEdit[]): readonly string[] {
  return files.flatMap(({ diff }) =>
    diff
      .split('\n')
      .filter((line) => /^[-+](?![-+])/.test(line))
      .map((line) => line[0] + line.slice(1).trim()),
  );
}

/** A folder of the test's own, gone when the work is done. */
export async function inTemporaryFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'modprobot-edit-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
