import type { Forge } from './forge.js';
import { checkRuns } from './octokit/check-runs.js';
import { ask, type Client } from './octokit/client.js';
import { branches, gitObjects } from './octokit/git.js';
import { pullRequests } from './octokit/pull-requests.js';

/** The forge of one repository over an Octokit that is authenticated for it. */
export function createOctokitForge(client: Client): Forge {
  const { octokit, owner, repo, actor } = client;
  return {
    owner,
    name: repo,
    actor,
    async repository() {
      const { data } = await ask(client, 'read the repository', () =>
        octokit.request('GET /repos/{owner}/{repo}', { owner, repo }),
      );
      return { defaultBranch: data.default_branch, archived: data.archived };
    },
    async gitToken() {
      const authentication = await ask(client, 'get a token', () => octokit.auth({ type: 'installation' }));
      return (authentication as { readonly token: string }).token;
    },
    ...gitObjects(client),
    ...branches(client),
    ...pullRequests(client),
    ...checkRuns(client),
  };
}
