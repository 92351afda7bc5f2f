import type { Verification } from '../update.js';
import { draftReasons } from './draft-reasons.js';
import type { Section } from './section.js';

/** What a reviewer reads first: on how many kernels it builds, or what stands against merging it. */
export function summary(verification: Verification): Section {
  const drafts = draftReasons(verification);
  if (drafts.length === 0) return { full: builds(verification), brief: null };
  return { full: ['**Reasons for a draft:**', '', ...drafts.map((reason) => `- ${reason}`)].join('\n'), brief: null };
}

function builds({ verdicts }: Verification): string {
  const good = verdicts.filter(({ after }) => after === 'ok').length;
  const fixed = verdicts.filter(({ status }) => status === 'fixed').length;
  const of = good === verdicts.length ? `all ${good}` : `${good} of ${verdicts.length}`;
  return `**Builds on ${of} kernel ${verdicts.length === 1 ? 'set' : 'sets'}.**${fixed > 0 ? ` On ${fixed} of them it did not before.` : ''}`;
}
