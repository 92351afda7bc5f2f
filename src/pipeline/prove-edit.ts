import type { FileEdit } from '../edit/edit.js';
import { compareFacts } from '../edit/guard-facts.js';
import { findSharers, type Sharer } from '../edit/sharers.js';
import type { KernelSet } from '../nixpkgs/kernel-set.js';
import { readTree } from '../nixpkgs/scan-files.js';
import type { Refused } from '../outcome.js';
import { factsOf } from '../verify/facts.js';
import type { KnownFacts } from '../verify/verify.js';
import type { EditPorts } from './ports.js';
import type { Trees } from './trees.js';

export interface EditToProve {
  readonly attr: string;
  readonly files: readonly FileEdit[];
  readonly trees: Trees;
  readonly sets: readonly KernelSet[];
}

/** What Nix found in both trees, ready to be built from; `facts` is null where no Nix was there to be asked. */
export interface ProvedEdit extends KnownFacts {
  readonly outcome: 'proved';
}

/**
 * Holds what Nix says of the attribute in every wanted set, before and after, against each other: refused as soon as more
 * differs than version and source. Other attributes that the edit changes are named, to be built as well.
 */
export async function proveEdit(
  { attr, files, trees, sets }: EditToProve,
  ports: Pick<EditPorts, 'verify' | 'progress'>,
): Promise<ProvedEdit | Refused> {
  const sharers = findSharers(readTree(trees.before), attr, files);
  if (ports.verify.engine.name === 'none') {
    const edited = new Set(files.map(({ path }) => path));
    const touched = sharers.filter(({ file }) => edited.has(file));
    return { outcome: 'proved', attr, sets, facts: null, ...byScope(touched) };
  }
  ports.progress('asking Nix what the edit changes');
  const near = byScope(sharers);
  const asked = { sets, attrs: [attr, ...near.shared], packages: near.packages };
  const edited = await trees.withEdits(files);
  const [before, after] = await Promise.all([
    factsOf(trees.before, asked, ports.verify),
    factsOf(edited, asked, ports.verify),
  ]);
  const compared = compareFacts(attr, before, after);
  if (compared.outcome === 'refused') return compared;
  const { shared, packages } = compared;
  return { outcome: 'proved', attr, sets, facts: { before, after }, shared, packages };
}

function byScope(sharers: readonly Sharer[]): Pick<KnownFacts, 'shared' | 'packages'> {
  const named = (scope: Sharer['scope']) => sharers.filter((one) => one.scope === scope).map(({ attr }) => attr);
  return { shared: named('kernel'), packages: [...new Set(named('packages'))] };
}
