import type { Update } from '../update.js';
import { upstreamLinks, withoutBacklink } from './links.js';
import { code, link } from './markdown.js';
import type { Section } from './section.js';

/** Versions, tag and commit, and where to read what the upstream changed. */
export function whatChanges(update: Update): Section {
  const { plan, driver, release } = update;
  const facts = [
    `| version | ${code(plan.version.from)} | ${code(plan.version.to)} |`,
    `| revision | ${driver.rev === null ? '' : code(driver.rev)} | ${code(plan.rev)} |`,
    ...(release.tag.commit === undefined ? [] : [`| commit | | ${code(release.tag.commit)} |`]),
    ...(release.kernel === null ? [] : [`| made for kernel | | ${code(release.kernel)} |`]),
  ];
  const full = [
    '## What changes',
    `${code(plan.attr)} in ${update.files.map(({ path }) => code(path)).join(', ')}.`,
    ['| | before | after |', '|---|---|---|', ...facts].join('\n'),
    addresses(update),
  ];
  return { full: full.join('\n\n'), brief: null };
}

function addresses(update: Update): string {
  const links = upstreamLinks(update);
  if (links === null) return 'The upstream is on a forge whose pages are not known well enough to link to them.';
  const release = link('The release', withoutBacklink(links.release));
  if (links.compare === null) return release;
  return `${link('What the upstream changed', withoutBacklink(links.compare))} · ${release}`;
}
