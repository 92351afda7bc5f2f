import { Fault } from '../errors.js';
import type { Engine } from '../nix/engine/engine.js';
import { collectFacts } from '../nix/facts.js';
import { dryRun } from '../nix/realise.js';
import { realisePlanned } from '../nix/realise-planned.js';

/** The hash that must stand at the literal of the scratch copy: `lib.fakeHash`. */
export const fakeHash = 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

export interface NixHashRequest {
  /** Absolute path of a scratch copy of the tree in which `fakeHash` stands where the source's hash belongs. */
  readonly tree: string;
  readonly attr: string;
  /** Kernel sets to ask, in order: the first in which the attribute can be evaluated tells the source. */
  readonly sets: readonly string[];
  readonly evaluationMs: number;
  readonly downloadMs: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/**
 * The hash of a derivation's source, computed by nixpkgs' own fetcher: the fixed-output derivation is built with a hash that
 * cannot be right, and Nix says what it got instead. Returns it as SRI.
 *
 * It must be `lib.fakeHash` and no other wrong value: nixpkgs' fetchurl checks TLS only when the hash is empty or one of
 * `lib.fake*` (pkgs/build-support/fetchurl/default.nix, SSL_CERT_FILE), and an old hash with a new URL downloads nothing at
 * all, because the store already has what it names.
 *
 * Throws `nix-hash-failed` with the log's relevant lines when Nix tells anything else.
 */
export async function hashByNix(request: NixHashRequest, engine: Engine): Promise<string> {
  const { attr, downloadMs, signal, onLine } = request;
  const step = {
    timeoutMs: downloadMs,
    ...(signal === undefined ? {} : { signal }),
    ...(onLine === undefined ? {} : { onLine }),
  };
  const drvPath = await sourceOf(request, engine);
  const { built } = await dryRun(engine, [drvPath], step);
  const others = built.filter((path) => path !== drvPath && !path.endsWith('-mirrors-list.drv'));
  if (others.length > 0) {
    const message = `The fetcher of ${attr} is in no binary cache: ${others.length} derivations would have to be built first.`;
    throw new Fault('nix-hash-failed', message, { attr, others });
  }
  const finished = await realisePlanned(engine, [drvPath], built, step);
  if (finished === null) throw new Fault('bug', 'Nothing was done to hash a source.', { attr, drvPath });
  const got = /^\s*got:\s+(sha256-[A-Za-z0-9+/]{43}=)\s*$/m.exec(finished.stderr)?.[1];
  const specified = /^\s*specified:\s+(\S+)\s*$/m.exec(finished.stderr)?.[1];
  if (got !== undefined && specified === fakeHash) return got;
  const why = finished.timedOut ? `it took longer than ${downloadMs / 1000} s` : relevant(finished.stderr);
  throw new Fault('nix-hash-failed', `Nix did not tell the hash of ${attr}'s source: ${why}`, {
    attr,
    drvPath,
    log: finished.stderr.slice(-4000),
  });
}

async function sourceOf(request: NixHashRequest, engine: Engine): Promise<string> {
  const { tree, attr, sets, evaluationMs, signal } = request;
  const facts = await collectFacts(engine, {
    tree,
    sets,
    attrs: [attr],
    system: null,
    timeoutMs: evaluationMs,
    ...(signal === undefined ? {} : { signal }),
  });
  for (const name of sets) {
    const set = facts.sets[name];
    const found = set?.state === 'present' ? set.attrs[attr] : undefined;
    if (found?.state !== 'present') continue;
    const source = found.sources.find(({ hash }) => hash === fakeHash);
    if (source?.drvPath) return source.drvPath;
  }
  throw new Fault('nix-hash-failed', `No source of ${attr} carries the fake hash in ${sets.join(', ')}.`, {
    attr,
    sets,
  });
}

/** The lines of the log that say why, for a person: curl's and Nix's complaints. */
function relevant(log: string): string {
  const lines = log.split('\n').filter((line) => /curl: |error: |cannot download/.test(line));
  return lines.slice(0, 4).join(' | ').trim().slice(0, 600) || 'it printed nothing of use';
}
