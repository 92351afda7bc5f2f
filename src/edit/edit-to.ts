import type { Refused } from '../outcome.js';
import type { SourceHash } from '../source/source.js';
import type { EditPlan, FileEdit } from './edit.js';
import { finishEdit } from './finish.js';
import { type EditTarget, planEditOf } from './plan.js';
import type { ReadText } from './subject.js';

/** An edit that a guard has proved to change nothing else; `writeEdits` writes it. */
export interface Edited {
  readonly outcome: 'edited';
  readonly plan: EditPlan;
  readonly hash: SourceHash;
  readonly files: readonly FileEdit[];
}

/** The edited files with any hash in them: what Nix is shown to compute the right one. */
export type EditWith = (hash: string) => readonly FileEdit[] | Refused;

/**
 * Plans the edit, asks for the hash of the new source, and finishes the edit with it. Needs the tree's text alone: no
 * kernel set, no Nix, no network of its own. Nothing is written.
 *
 * @param hashOf the hash of the planned source, given by hand or computed.
 */
export async function editTo(
  readText: ReadText,
  attr: string,
  target: EditTarget,
  hashOf: (plan: EditPlan, edit: EditWith) => Promise<SourceHash | Refused>,
): Promise<Edited | Refused> {
  const plan = planEditOf(readText, attr, target);
  if ('outcome' in plan) return plan;
  const edit: EditWith = (hash) => finishEdit(plan, hash, readText);
  const hash = await hashOf(plan, edit);
  if ('outcome' in hash) return hash;
  const files = edit(hash.hash);
  return 'outcome' in files ? files : { outcome: 'edited', plan, hash, files };
}
