import type { ChooseAnswer } from '../release/command.js';
import type { TagVerdict } from '../release/release.js';
import { printable, table } from './output.js';

/** What a reader looks for first stands first. */
const order: readonly TagVerdict[] = [
  ...(['chosen', 'kernel-too-new', 'too-young', 'moved', 'other-series', 'prerelease', 'ignored'] as const),
  ...(['superseded', 'same-commit', 'current', 'other-component', 'other-shape', 'older'] as const),
];

/** The verdicts as a table, the answer above it. */
export function describeChoice(answer: ChooseAnswer, current: string): string {
  const headline = answer.chosen === null ? `Nothing newer than ${current}.` : `${current} -> ${answer.chosen}`;
  const scheme = answer.schemeChanged ? ['Upstream seems to have changed how it names its tags.'] : [];
  const rows = answer.verdicts
    .toSorted((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict))
    .map(({ tag, verdict, reason }) => [tag, verdict, reason]);
  return [printable(headline), ...scheme, ...(rows.length === 0 ? [] : ['', table(rows)])].join('\n');
}
