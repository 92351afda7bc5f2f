import { readFile } from 'node:fs/promises';
import type { ChooseAnswer, ChooseOptions } from '../release/command.js';
import { chooseFromText } from '../release/command.js';
import { type Answer, exitCodes, table } from './output.js';
import { parseDay } from './values.js';

export interface ChooseFlags {
  readonly current: string;
  readonly pattern: string;
  readonly tags: string;
  readonly seen?: string;
  readonly series?: string;
  readonly kernels?: string;
  readonly ignore?: string;
  readonly minimumAge?: string;
  readonly now?: string;
}

/** `modprobot choose`: which tag of a list, and why not the others. Needs no network. */
export async function chooseCommand(flags: ChooseFlags): Promise<Answer> {
  const options: ChooseOptions = {
    ...flags,
    tagsText: await readFile(flags.tags, 'utf8'),
    seenText: flags.seen === undefined ? undefined : await readFile(flags.seen, 'utf8'),
    now: flags.now === undefined ? new Date() : parseDay(flags.now, '--now'),
  };
  const answer = chooseFromText(options);
  return { json: answer, text: describe(answer, flags.current), exitCode: exitCodes.done };
}

/** The verdicts as a table, the answer above it. */
export function describe(answer: ChooseAnswer, current: string): string {
  const headline = answer.chosen === null ? `Nothing newer than ${current}.` : `${current} -> ${answer.chosen}`;
  const scheme = answer.schemeChanged ? ['Upstream seems to have changed how it names its tags.'] : [];
  const rows = answer.verdicts.map(({ tag, verdict, reason }) => [tag, verdict, reason]);
  return [headline, ...scheme, ...(rows.length === 0 ? [] : ['', table(rows)])].join('\n');
}
