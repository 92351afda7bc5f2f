import type { EditPlan } from '../edit/edit.js';
import type { EditWith } from '../edit/edit-to.js';
import { type Refused, refused } from '../outcome.js';
import { agree, hashBuiltin, type WayToHash } from '../source/hash.js';
import { fakeHash, hashByNix } from '../source/nix-hash.js';
import type { SourceHash } from '../source/source.js';
import type { EditPorts } from './ports.js';
import type { Trees } from './trees.js';

export interface HashQuestion {
  readonly attr: string;
  readonly plan: EditPlan;
  readonly trees: Trees;
  readonly sets: readonly string[];
  /** The planned edit with a hash. */
  readonly edit: EditWith;
}

/**
 * The hash of the source after the edit, by every way there is: built in where the fetcher is modelled, and by nixpkgs' own
 * fetcher where Nix is there. All must agree; where none can do it, the update is refused.
 */
export async function sourceHash(question: HashQuestion, ports: EditPorts): Promise<SourceHash | Refused> {
  const ways: WayToHash[] = [];
  for (const way of [byBuiltin, byNix]) {
    const answer = await way(question, ports);
    if (answer === null) continue;
    if ('outcome' in answer) return answer;
    ports.progress(`${answer.by}: the source's hash is ${answer.hash}`);
    ways.push(answer);
  }
  const [first, ...others] = ways;
  if (first !== undefined) return agree([first, ...others]);
  const uses = question.plan.source.needsNix.join(', ');
  return refused('source-needs-nix', `The source of ${question.attr} uses ${uses}, and no Nix engine is there.`);
}

/** Null where only Nix can tell. */
async function byBuiltin({ plan }: HashQuestion, ports: EditPorts): Promise<WayToHash | Refused | null> {
  if (plan.source.needsNix.length > 0) return null;
  ports.progress(`downloading ${plan.source.url}`);
  const hashed = await hashBuiltin(plan.source, ports.fetch);
  return hashed.outcome === 'refused' ? hashed : { by: 'builtin', hash: hashed.hash };
}

/** Null where no Nix is there. */
async function byNix(question: HashQuestion, ports: EditPorts): Promise<WayToHash | Refused | null> {
  const { engine, settings, signal } = ports.verify;
  if (engine.name === 'none') return null;
  const faked = question.edit(fakeHash);
  if ('outcome' in faked) return faked;
  ports.progress("asking nixpkgs' own fetcher for the hash");
  const hash = await hashByNix(
    {
      tree: await question.trees.withEdits(faked),
      attr: question.attr,
      sets: question.sets,
      evaluationMs: settings.evaluationMs,
      downloadMs: settings.buildMs,
      ...(signal === undefined ? {} : { signal }),
    },
    engine,
  );
  return { by: engine.name === 'container' ? 'container' : 'nix', hash };
}
