import { type ChooseOptions, chooseFromText } from '../release/command.js';
import { describeChoice } from './describe-choice.js';
import { type Answer, exitCodes } from './output.js';
import { readText } from './read-text.js';
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
    tagsText: await readText(flags.tags, '--tags'),
    seenText: flags.seen === undefined ? undefined : await readText(flags.seen, '--seen'),
    now: flags.now === undefined ? new Date() : parseDay(flags.now, '--now'),
  };
  const answer = chooseFromText(options);
  return { json: answer, text: describeChoice(answer, flags.current), exitCode: exitCodes.done };
}
