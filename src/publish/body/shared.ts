import type { Verdict } from '../../verify/verdict.js';
import type { Verification } from '../update.js';
import { change, details, sign } from './kernel-table.js';
import { code, listed } from './markdown.js';
import type { Section } from './section.js';

/** The other attributes that the edit changes, and what building them said. */
export function shared({ shared: others }: Verification): Section {
  if (others.length === 0) return { full: '', brief: null };
  const heading = '### Changed as well';
  const names = listed(others.map(({ attr }) => attr));
  const sentence = `The edited file also makes ${names}, with the same new version.`;
  const rows = others.flatMap(({ attr, verdicts }) => verdicts.map((verdict) => row(attr, verdict)));
  const table = ['| Attribute | Kernel set | Before → after | Verdict | Details |', '|---|---|---|---|---|', ...rows];
  return {
    full: [heading, sentence, table.join('\n')].join('\n\n'),
    brief: [heading, sentence, 'The table would make this text too long.'].join('\n\n'),
  };
}

function row(attr: string, verdict: Verdict): string {
  const set = verdict.set === 'pkgs' ? 'none' : code(verdict.set);
  return `| ${code(attr)} | ${set} | ${change(verdict)} | ${sign(verdict)} | ${details(verdict)} |`;
}
