import { hashBuiltin } from '../../../src/source/hash.js';
import type { GitHub } from '../../support/github/index.js';
import { netTo } from '../../support/net.js';

/** Where a tag's archive is downloaded. */
export function archiveUrl(repository: string, tag: string): string {
  return `https://github.com/${repository}/archive/refs/tags/${tag}.tar.gz`;
}

/** The hash that a derivation of a tag has in nixpkgs, for a fork that begins with it. */
export async function hashOfTag(github: GitHub, repository: string, tag: string): Promise<string> {
  const source = { fetcher: 'fetchFromGitHub', mode: 'nar', stripRoot: true, needsNix: [] } as const;
  const hashed = await hashBuiltin({ ...source, url: archiveUrl(repository, tag) }, netTo(github).fetch);
  if (hashed.outcome !== 'hashed') throw new Error(hashed.reason);
  return hashed.hash;
}
