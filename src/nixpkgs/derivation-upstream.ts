import type { Driver } from './driver.js';

const hosts: Readonly<Record<string, string>> = {
  fetchFromGitHub: 'https://github.com',
  fetchFromGitLab: 'https://gitlab.com',
  fetchFromCodeberg: 'https://codeberg.org',
  fetchFromSourcehut: 'https://git.sr.ht',
};

/**
 * The git repository in which a driver's author tags releases, or null when the derivation names none. Sources that are
 * downloaded from a forge's archive or release pages have that forge's repository.
 */
export function upstreamUrl(driver: Driver): string | null {
  const { fetcher, owner, repo, url } = driver;
  if (fetcher === 'fetchgit') return url;
  if (url !== null) return fetcher?.startsWith('fetchFrom') ? url : repositoryOf(url);
  const host = fetcher !== null && Object.hasOwn(hosts, fetcher) ? hosts[fetcher] : undefined;
  return host === undefined || owner === null || repo === null ? null : `${host}/${owner}/${repo}`;
}

/** `https://github.com/owner/repo/archive/…` and what other forges make of it. */
function repositoryOf(url: string): string | null {
  return /^(https:\/\/[^/]+\/[^/]+\/[^/]+)(?:\/-)?\/(?:archive|releases)\//.exec(url)?.[1] ?? null;
}
