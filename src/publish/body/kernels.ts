import type { Verdict } from '../../verify/verdict.js';
import type { Verification } from '../update.js';
import { kernelTable } from './kernel-table.js';
import { code, folded } from './markdown.js';
import type { Section } from './section.js';

/** A table of more rows than this is read only by whoever opens it. */
const mostOpenRows = 12;

/** What every kernel said, before and after. */
export function kernels({ system, matching, verdicts }: Verification): Section {
  const heading = system === null ? '## Kernels' : `## Kernels on ${code(system)}`;
  const counts = count(verdicts);
  const brief = [heading, counts, 'The table would make this text too long: each set has its own check.'].join('\n\n');
  if (verdicts.length === 0) return { full: `${heading}\n\nNo kernel set was asked for.`, brief: null };
  const table = kernelTable(verdicts, matching);
  const shown = verdicts.length > mostOpenRows ? folded(`All ${verdicts.length} kernel sets`, table) : table;
  return { full: [heading, counts, shown].join('\n\n'), brief };
}

/** `3 kernel sets: 2 fixed, 1 same` */
function count(verdicts: readonly Verdict[]): string {
  const order: readonly Verdict['status'][] = [
    'regression',
    'still failing',
    'fixed',
    'same',
    'unavailable',
    'not built',
  ];
  const counts = order
    .map((status) => ({ status, times: verdicts.filter((verdict) => verdict.status === status).length }))
    .filter(({ times }) => times > 0)
    .map(({ status, times }) => `${times} ${status}`)
    .join(', ');
  return `${verdicts.length} kernel ${verdicts.length === 1 ? 'set' : 'sets'}: ${counts}`;
}
