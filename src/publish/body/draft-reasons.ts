import type { Verification } from '../update.js';
import { code, listed, prose } from './markdown.js';

/** Why the pull request is a draft, in Markdown sentences; empty when it is ready for review. */
export function draftReasons({ verdicts, matching, shared }: Verification): readonly string[] {
  const built = verdicts.filter(({ after }) => after === 'ok' || after === 'fails');
  if (built.length === 0) return [`No kernel was built${whyNot(verdicts)}.`];
  const regressions = verdicts.filter(({ status }) => status === 'regression').map(({ set }) => set);
  const others = shared.filter((one) => one.verdicts.some(({ status }) => status === 'regression'));
  return [
    ...matchingReason({ verdicts, matching }),
    ...(regressions.length > 0 ? [`It built before and fails now on ${listed(regressions)}.`] : []),
    ...(others.length > 0 ? [`The edit breaks ${listed(others.map(({ attr }) => attr))}, which shares its file.`] : []),
  ];
}

function matchingReason({ verdicts, matching }: Pick<Verification, 'verdicts' | 'matching'>): readonly string[] {
  if (matching === null) return ['No kernel set of this nixpkgs matches the kernel that the release names.'];
  const verdict = verdicts.find(({ set }) => set === matching);
  if (verdict?.after === 'ok') return [];
  const reason = verdict === undefined || verdict.reason === '' ? '' : ` ${prose(verdict.reason)}`;
  const state = verdict?.after === 'fails' ? 'It does not build on' : 'It was not built on';
  return [`${state} ${code(matching)}, the set of the kernel that the release is for.${reason}`];
}

function whyNot(verdicts: Verification['verdicts']): string {
  const reason = verdicts.find((verdict) => verdict.reason !== '')?.reason ?? '';
  return reason === '' ? '' : `: ${prose(reason.replace(/\.$/, ''))}`;
}
