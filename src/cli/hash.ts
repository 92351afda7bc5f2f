import { hashTarget } from '../source/hash.js';
import { type Answer, exitCodes } from './output.js';
import { openTools } from './world.js';

/** `modprobot hash`: of a URL or a file, flat or as fetchzip would unpack it. */
export async function hashCommand(
  target: string,
  flags: { unpack?: boolean; engine: 'builtin' | 'nix' | 'container' },
): Promise<Answer> {
  const { fetch } = openTools();
  const answer = await hashTarget(target, { unpack: flags.unpack ?? false, fetch });
  if ('outcome' in answer) return { json: answer, text: answer.reason, exitCode: exitCodes.refused };
  return { json: answer, text: answer.hash, exitCode: exitCodes.done };
}
