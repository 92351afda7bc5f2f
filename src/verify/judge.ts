import type { State } from './state.js';
import type { BuildState, Verdict } from './verdict.js';

/** The verdict of one set from what it came to before and after. */
export function compare(of: Pick<Verdict, 'set' | 'version'>, before: State, after: State): Verdict {
  const vanished = lostModule(before, after);
  const state: BuildState = vanished === null ? after.state : 'fails';
  return {
    set: of.set,
    version: of.version,
    before: before.state,
    after: state,
    status: judge(before.state, state),
    reason: vanished ?? (after.reason || (before.reason === '' ? '' : `before the update: ${before.reason}`)),
    ms: before === after ? after.ms : before.ms + after.ms,
    error: after.state === 'fails' ? after.error : null,
    modules: 'modules' in after ? after.modules : [],
  };
}

/** A module that was built before and is not any more: the sentence that says so. */
function lostModule(before: State, after: State): string | null {
  if (before.state !== 'ok' || after.state !== 'ok') return null;
  const names = new Set(after.modules.map(({ name }) => name));
  const lost = before.modules.find(({ name }) => !names.has(name));
  return lost === undefined ? null : `${lost.name} was built before the update and is not built any more`;
}

/**
 * What a pair of states means, in the words of the command's JSON. Where the state before is not known, nothing is called a
 * regression and nothing fixed.
 */
function judge(before: BuildState, after: BuildState): Verdict['status'] {
  if (after === 'unavailable' || after === 'not built') return after;
  if (after === 'ok') return before === 'fails' || before === 'unavailable' ? 'fixed' : 'same';
  return before === 'ok' ? 'regression' : 'still failing';
}
