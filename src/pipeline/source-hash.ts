import type { EditPlan } from '../edit/edit.js';
import type { EditWith } from '../edit/edit-to.js';
import type { RefusalCode, Refused } from '../outcome.js';
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
  const { engine } = ports.verify;
  const builtin = await byBuiltin(question.plan, ports);
  if (engine.name === 'none') return 'outcome' in builtin ? builtin : agree([builtin]);
  if ('outcome' in builtin && !leftToNix.has(builtin.code)) return builtin;
  const nix = await byNix(question, engine.name, ports);
  if ('outcome' in nix) return nix;
  return agree('outcome' in builtin ? [nix] : [builtin, nix]);
}

/** What the built-in hasher says when it does not model a source: then nixpkgs' own fetcher decides alone. */
const leftToNix: ReadonlySet<string> = new Set<RefusalCode>([
  'source-needs-nix',
  'archive-format',
  'archive-entry-unsupported',
]);

async function byBuiltin({ source }: EditPlan, { fetch, progress }: EditPorts): Promise<WayToHash | Refused> {
  if (source.needsNix.length === 0) progress(`downloading ${source.url}`);
  const hashed = await hashBuiltin(source, fetch);
  if (hashed.outcome === 'refused') return hashed;
  progress(`builtin: the source's hash is ${hashed.hash}`);
  return { by: 'builtin', hash: hashed.hash };
}

async function byNix(
  question: HashQuestion,
  name: 'container' | 'local',
  ports: EditPorts,
): Promise<WayToHash | Refused> {
  const { engine, settings, signal } = ports.verify;
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
  const by = name === 'container' ? 'container' : 'nix';
  ports.progress(`${by}: the source's hash is ${hash}`);
  return { by, hash };
}
