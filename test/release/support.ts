import { readFileSync } from 'node:fs';
import { type ChooseAnswer, type ChooseOptions, chooseFromText } from '../../src/release/command.js';

/** One line of the expected answers: which release a careful maintainer would take, and why. */
export interface Expected {
  readonly attr: string;
  readonly upstream: string;
  readonly current: string;
  readonly pattern: string;
  readonly series?: string;
  readonly chosen: string | null;
  readonly schemeChanged?: boolean;
  readonly why: string;
}

export function readData<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./data/${name}`, import.meta.url), 'utf8')) as T;
}

/** `choose` for tags that are written in one line, separated by spaces. */
export function chooseAmong(
  tags: string,
  options: Partial<ChooseOptions> & Pick<ChooseOptions, 'current'>,
): ChooseAnswer {
  return chooseFromText({
    pattern: 'v{version}',
    tagsText: tags.split(' ').join('\n'),
    now: new Date('2026-06-15T12:00:00Z'),
    ...options,
  });
}

/** The verdict of every tag, by tag. */
export function verdictsOf(answer: ChooseAnswer): Record<string, string> {
  return Object.fromEntries(answer.verdicts.map(({ tag, verdict }) => [tag, verdict]));
}

export function reasonOf(answer: ChooseAnswer, tag: string): string {
  return answer.verdicts.find((judged) => judged.tag === tag)?.reason ?? '';
}
