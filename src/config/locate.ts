import { type ConfigProblem, loadConfig } from './load.js';
import type { Config } from './schema.js';

const configPath = '.github/modprobot.yml';

/** Reads one file of a repository at a commit or branch; null branch means the default one. Null when there is none. */
export type ReadFile = (owner: string, repo: string, path: string, ref: string | null) => Promise<string | null>;

export type FoundConfig =
  | { readonly outcome: 'none' }
  | { readonly outcome: 'loaded'; readonly config: Config; readonly origin: string }
  | { readonly outcome: 'invalid'; readonly problems: readonly ConfigProblem[]; readonly origin: string };

/**
 * The configuration of a fork: on its default branch, else in the owner's `.github` repository, so that a fork can
 * stay a clean mirror.
 *
 * @param head commit of the fork's default branch
 */
export async function findConfig(read: ReadFile, owner: string, repo: string, head: string): Promise<FoundConfig> {
  const own = await read(owner, repo, configPath, head);
  if (own !== null) return loaded(own, `${owner}/${repo}:${configPath}`);
  const shared = await read(owner, '.github', configPath, null);
  if (shared !== null) return loaded(shared, `${owner}/.github:${configPath}`);
  return { outcome: 'none' };
}

function loaded(text: string, origin: string): FoundConfig {
  const result = loadConfig(text);
  return { ...result, origin };
}
