import { openEngine } from '../nix/engine/open.js';
import type { Refused } from '../outcome.js';
import { type HashAnswer, hashTarget, isUrl } from '../source/hash.js';
import { hashTargetByNix, leftToNix } from '../source/hash-with-nix.js';
import { type Answer, exitCodes, printable, progress } from './output.js';
import { openTools } from './world.js';

export interface HashFlags {
  readonly unpack?: boolean;
  readonly engine: 'builtin' | 'nix' | 'container';
}

/** `modprobot hash`: of a URL or a file, flat or as fetchzip would unpack it. */
export async function hashCommand(target: string, flags: HashFlags): Promise<Answer> {
  const answer = await hash(target, flags);
  if ('outcome' in answer) {
    const advice = flags.engine === 'builtin' && leftToNix.has(answer.code) ? ' Try --engine container, or nix.' : '';
    const text = printable(`${answer.reason}${advice} [${answer.code}]`);
    return { json: answer, text, exitCode: exitCodes.refused };
  }
  return { json: answer, text: answer.hash, exitCode: exitCodes.done };
}

async function hash(target: string, flags: HashFlags): Promise<HashAnswer | Refused> {
  const { fetch, settings, signal } = openTools();
  const unpack = flags.unpack ?? false;
  if (isUrl(target)) progress(`downloading ${target}`);
  if (flags.engine === 'builtin') return hashTarget(target, { unpack, fetch });
  const wanted = flags.engine === 'nix' ? 'local' : 'container';
  const { engine, found, close } = await openEngine({ ...settings.engine, engine: wanted });
  try {
    progress(found);
    return await hashTargetByNix(target, { unpack, fetch, engine, signal });
  } finally {
    await close();
  }
}
