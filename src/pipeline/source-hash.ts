import type { EditPlan, FileEdit } from '../edit/edit.js';
import { type Refused, refused } from '../outcome.js';
import { agree, hashBuiltin, type WayToHash } from '../source/hash.js';
import { fakeHash, hashByNix } from '../source/nix-hash.js';
import type { SourceHash } from '../source/source.js';
import type { EditPorts, Trees } from './ports.js';

export interface HashQuestion {
  readonly attr: string;
  readonly plan: EditPlan;
  readonly hash?: string | undefined;
  readonly trees: Pick<Trees, 'after'>;
  readonly sets: readonly string[];
  /** Writes the planned edit with a hash into the scratch tree. */
  readonly write: (hash: string) => Promise<readonly FileEdit[] | Refused>;
}

/**
 * The hash of the source after the edit, by every way there is: built in where the fetcher is modelled, and by nixpkgs' own
 * fetcher where Nix is there. All must agree; where none can do it, the update is refused.
 */
export async function sourceHash(question: HashQuestion, ports: EditPorts): Promise<SourceHash | Refused> {
  if (question.hash !== undefined) return { hash: question.hash, hashedBy: ['given'] };
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
  const written = await question.write(fakeHash);
  if ('outcome' in written) return written;
  ports.progress("asking nixpkgs' own fetcher for the hash");
  const hash = await hashByNix(
    {
      tree: question.trees.after,
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
