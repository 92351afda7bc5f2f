import { type Edited, editTo } from '../edit/edit-to.js';
import type { EditTarget } from '../edit/plan.js';
import { readTree } from '../nixpkgs/scan-files.js';
import type { Refused } from '../outcome.js';
import type { EditPorts } from './ports.js';
import { refuseLinks } from './refuse-links.js';
import { sourceHash } from './source-hash.js';
import type { Trees } from './trees.js';

export interface EditQuestion {
  readonly attr: string;
  readonly target: EditTarget;
  readonly trees: Trees;
  /** Kernel sets that Nix may ask for the source, best first. */
  readonly sets: readonly string[];
}

/** Plans the edit, computes the source hash by every way there is, and proves that the result changes nothing else. */
export function prepareEdit(question: EditQuestion, ports: EditPorts): Promise<Edited | Refused> {
  const { attr, target, trees } = question;
  return editTo(
    readTree(trees.before),
    attr,
    target,
    async (plan, edit) => refuseLinks(trees.before, plan) ?? sourceHash({ ...question, plan, edit }, ports),
  );
}
