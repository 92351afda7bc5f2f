import type { SourceHash } from '../../source/source.js';
import type { Update } from '../update.js';
import { code } from './markdown.js';
import type { Section } from './section.js';

const ways: Readonly<Record<SourceHash['hashedBy'][number], string>> = {
  builtin: 'built in, from the archive as it was downloaded',
  nix: "by the derivation's own fetcher, with Nix",
  container: "by the derivation's own fetcher, with Nix in a container",
  given: 'given by a person, not computed',
};

/** The new hash, and every way that came to it. */
export function sourceHash({ plan, hash }: Update): Section {
  const computed = hash.hashedBy.map((way) => `- ${ways[way]}`);
  const agreement = computed.length > 1 ? `Computed in ${computed.length} ways that agree:` : 'Computed in one way:';
  const full = [
    '## Source hash',
    `${code(hash.hash)} (before: ${code(plan.hash.value)})`,
    [agreement, '', ...computed].join('\n'),
    `The source is ${code(plan.source.url)}.`,
  ];
  return { full: full.join('\n\n'), brief: null };
}
