import { scan } from '../nixpkgs/scan.js';
import { type Answer, exitCodes, table } from './output.js';

/** `modprobot scan`: every attribute of the kernel package scope, what it follows, and why one follows nothing. */
export async function scanCommand(flags: { nixpkgs: string }): Promise<Answer> {
  const drivers = await scan(flags.nixpkgs);
  const rows = drivers.map(({ attr, version, follows, pattern, reason }) => [
    attr,
    version ?? '-',
    follows,
    pattern ?? reason ?? '-',
  ]);
  const text = table([['ATTRIBUTE', 'VERSION', 'FOLLOWS', 'PATTERN OR REASON'], ...rows]);
  return { json: { drivers }, text, exitCode: exitCodes.done };
}
