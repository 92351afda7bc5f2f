import type { Update, Verification } from '../update.js';
import { draftReasons } from './draft-reasons.js';
import { listed } from './markdown.js';
import type { Section } from './section.js';

/** What the reviewer should look at, the reasons for a draft first. */
export function lookAt(update: Update, verification: Verification): Section {
  const drafts = draftReasons(verification);
  const points = [
    ...(drafts.length > 0 ? ['This is a draft:', ...drafts.map((reason) => `- ${reason}`)] : []),
    ...remarks(update, verification).map((remark) => `- ${remark}`),
  ];
  const text = points.length > 0 ? points.join('\n') : 'Nothing beyond what changed upstream.';
  return { full: `## What to look at\n\n${text}`, brief: null };
}

function remarks({ hash, files }: Update, { verdicts }: Verification): readonly string[] {
  const failing = verdicts.filter(({ status }) => status === 'still failing').map(({ set }) => set);
  const unavailable = verdicts.filter(({ status }) => status === 'unavailable').map(({ set }) => set);
  return [
    ...(failing.length > 0 ? [`It failed before and still fails on ${listed(failing)}.`] : []),
    ...(unavailable.length > 0 ? [`It is not available on ${listed(unavailable)}; the table says why.`] : []),
    ...(hash.hashedBy.length === 1 ? ['The source hash was computed in one way only.'] : []),
    ...(files.length > 1 ? [`The edit touches ${files.length} files.`] : []),
  ];
}
