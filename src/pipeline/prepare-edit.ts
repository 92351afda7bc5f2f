import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EditPlan, FileEdit } from '../edit/edit.js';
import { finishEdit } from '../edit/finish.js';
import { type EditTarget, planEdit } from '../edit/plan.js';
import type { Refused } from '../outcome.js';
import type { SourceHash } from '../source/source.js';
import type { EditPorts } from './ports.js';
import { sourceHash } from './source-hash.js';
import type { Trees } from './trees.js';

export interface EditQuestion {
  readonly attr: string;
  readonly target: EditTarget;
  /** The commit that the tag points at, where it is known. */
  readonly commit: string | undefined;
  /** A hash that somebody gave: then none is computed. */
  readonly given?: string | undefined;
  readonly trees: Trees;
  /** Kernel sets that Nix may ask for the source, best first. */
  readonly sets: readonly string[];
}

export interface PreparedEdit {
  readonly outcome: 'edited';
  readonly plan: EditPlan;
  readonly hash: SourceHash;
  readonly files: readonly FileEdit[];
}

/** Plans the edit, computes the source hash by every way there is, and proves that the result changes nothing else. */
export async function prepareEdit(question: EditQuestion, ports: EditPorts): Promise<PreparedEdit | Refused> {
  const { attr, target, trees, commit } = question;
  const planned = await planEdit(trees.before, attr, target);
  if ('outcome' in planned) return planned;
  const plan = commit === undefined ? planned : { ...planned, source: { ...planned.source, commit } };
  const edit = (hash: string) => finishEdit(plan, hash, (path) => readText(join(trees.before, path)));
  const hash = await sourceHash({ ...question, plan, edit }, ports);
  if ('outcome' in hash) return hash;
  const files = edit(hash.hash);
  if ('outcome' in files) return files;
  return { outcome: 'edited', plan, hash, files };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
