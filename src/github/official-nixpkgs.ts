import { ask, type Client } from './octokit/client.js';
import { gitObjects } from './octokit/git.js';

/** NixOS/nixpkgs itself, which is only ever read. */
export interface OfficialNixpkgs {
  /** The text of a file on the default branch; null when it is not there. Throws faults `github-*`. */
  readFile(path: string): Promise<string | null>;
  /** Open pull requests whose title names the attribute, newest first; one search. Throws faults `github-*`. */
  openPullRequests(attr: string): Promise<readonly OfficialPullRequest[]>;
}

export interface OfficialPullRequest {
  readonly number: number;
  readonly title: string;
}

/** What NixOS/nixpkgs has of one driver. */
export type OfficialLook =
  | {
      readonly outcome: 'answered';
      /** The driver's file there, or null when it is not where the fork has it. */
      readonly text: string | null;
      /** Open ones that name the attribute. */
      readonly pullRequests: readonly OfficialPullRequest[];
    }
  /** It could not be asked, which blocks nothing. */
  | { readonly outcome: 'silent' };

export const official = { owner: 'NixOS', repo: 'nixpkgs' } as const;

/** What an installation's token may read because it is public. https://docs.github.com/en/rest/search/search */
export function officialNixpkgs(octokit: Client['octokit']): OfficialNixpkgs {
  const client: Client = { octokit, ...official, actor: '' };
  return {
    async readFile(path) {
      const { data } = await ask(client, 'read the repository', () =>
        octokit.request('GET /repos/{owner}/{repo}', official),
      );
      return gitObjects(client).readFile(path, data.default_branch);
    },
    async openPullRequests(attr) {
      const q = `repo:${official.owner}/${official.repo} is:pr is:open in:title "${attr}"`;
      const { data } = await ask(client, `search for ${attr}`, () =>
        octokit.request('GET /search/issues', { q, per_page: 100, advanced_search: 'true' }),
      );
      return data.items.map(({ number, title }) => ({ number, title })).filter(({ title }) => names(title, attr));
    },
  };
}

/** GitHub's search takes a word apart at its dashes; an attribute is named by the whole of it. */
function names(title: string, attr: string): boolean {
  return title.split(/[^A-Za-z0-9_'-]+/).includes(attr);
}
