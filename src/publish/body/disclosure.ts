import { code } from './markdown.js';
import type { Section } from './section.js';

/** nixpkgs asks that automation is disclosed and that a person is responsible for it. */
export function disclosure(repository: { readonly owner: string; readonly name: string }): Section {
  const fork = code(`${repository.owner}/${repository.name}`);
  const full = [
    '---',
    `This pull request was made by a program, the GitHub App Modprobot. The maintainers of ${fork}, who installed it, are responsible for what they merge. The App sends nothing to nixpkgs itself. What people write above or below this text is kept when the App writes it anew.`,
  ];
  return { full: full.join('\n\n'), brief: null };
}
