import type { ForgePullRequest, PullRequests } from '../forge.js';
import { ask, type Client } from './client.js';

/** https://docs.github.com/en/rest/pulls/pulls; drafts by GraphQL, since REST cannot turn one into the other. */
export function pullRequests(client: Client): PullRequests {
  const { octokit, owner, repo } = client;
  const draftMutation = (doing: string, mutation: string) => (pullRequest: ForgePullRequest) =>
    ask(client, `${doing} pull request ${pullRequest.number}`, async () => {
      await octokit.graphql(
        `mutation ($id: ID!) { ${mutation}(input: { pullRequestId: $id }) { pullRequest { isDraft } } }`,
        { id: pullRequest.nodeId },
      );
    });
  return {
    async pullRequests({ head, base }) {
      const found = await ask(client, `list the pull requests of ${head}`, () =>
        octokit.paginate('GET /repos/{owner}/{repo}/pulls', {
          owner,
          repo,
          head: `${owner}:${head}`,
          base,
          state: 'all',
          sort: 'created',
          direction: 'desc',
          per_page: 100,
        }),
      );
      return found.map(toPullRequest);
    },
    async createPullRequest(pullRequest) {
      const { data } = await ask(client, `open a pull request for ${pullRequest.head}`, () =>
        octokit.request('POST /repos/{owner}/{repo}/pulls', { owner, repo, ...pullRequest }),
      );
      return toPullRequest(data);
    },
    async updatePullRequest(number, { title, body }) {
      await ask(client, `update pull request ${number}`, () =>
        octokit.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
          owner,
          repo,
          pull_number: number,
          title,
          body,
        }),
      );
    },
    convertToDraft: draftMutation('make a draft of', 'convertPullRequestToDraft'),
    markReadyForReview: draftMutation('mark as ready', 'markPullRequestReadyForReview'),
  };
}

/** What the listing and the answer to a creation have in common. */
interface Answered {
  readonly number: number;
  readonly node_id: string;
  readonly html_url: string;
  readonly state: string;
  readonly merged_at: string | null;
  readonly draft?: boolean;
  readonly title: string;
  readonly body: string | null;
  readonly user: { readonly login: string } | null;
  readonly head: { readonly sha: string };
}

function toPullRequest(answered: Answered): ForgePullRequest {
  return {
    number: answered.number,
    nodeId: answered.node_id,
    url: answered.html_url,
    state: answered.merged_at !== null ? 'merged' : answered.state === 'open' ? 'open' : 'closed',
    draft: answered.draft ?? false,
    title: answered.title,
    body: answered.body ?? '',
    author: answered.user?.login ?? '',
    headSha: answered.head.sha,
  };
}
