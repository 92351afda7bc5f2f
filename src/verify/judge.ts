import type { BuildState, Verdict } from './verdict.js';

/**
 * What a pair of states means, in the words of the command's JSON. Where the state before is not known, nothing is called a
 * regression and nothing fixed.
 */
export function judge(before: BuildState, after: BuildState): Verdict['status'] {
  if (after === 'unavailable' || after === 'not built') return after;
  if (after === 'ok') return before === 'fails' || before === 'unavailable' ? 'fixed' : 'same';
  return before === 'ok' ? 'regression' : 'still failing';
}
