import type { Update, Verification } from '../update.js';
import { code, listed } from './markdown.js';
import type { Section } from './section.js';

/** Only what was verified is ticked. */
export function checklist({ hash }: Update, { verdicts, system }: Verification): Section {
  const built = verdicts.filter(({ after }) => after === 'ok');
  const withModules = built.filter(({ modules }) => modules.length > 0);
  const everyModule = built.length > 0 && withModules.length === built.length;
  const lines = [
    item('Only the version and the source hash differ; nothing else of the file changed its meaning', true),
    item('Two independent ways computed the same source hash', hash.hashedBy.length > 1),
    item(
      `Built${system === null ? '' : ` on ${code(system)}`}${built.length > 0 ? ` with ${listed(built.map(({ set }) => set))}` : ''}`,
      built.length > 0,
    ),
    item('Every built module carries the `vermagic` of its kernel', everyModule),
    item('The upstream changes were read', false),
    item('The modules were loaded and tried on hardware', false),
  ];
  return { full: `## Checklist\n\n${lines.join('\n')}`, brief: null };
}

function item(text: string, verified: boolean): string {
  return `- [${verified ? 'x' : ' '}] ${text}`;
}
