import type { CheckReport, CheckRuns } from '../forge.js';
import { ask, type Client } from './client.js';

/** https://docs.github.com/en/rest/checks/runs; only Apps may write them. */
export function checkRuns(client: Client): CheckRuns {
  const { octokit, owner, repo, actor } = client;
  return {
    async checkRuns(sha) {
      const found = await ask(client, `list the check runs of ${sha}`, () =>
        octokit.paginate('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
          owner,
          repo,
          ref: sha,
          per_page: 100,
        }),
      );
      return found
        .filter(({ app }) => app === null || `${app.slug}[bot]` === actor)
        .map(({ id, name, external_id }) => ({ id, name, externalId: external_id }));
    },
    async createCheckRun({ name, sha, externalId, ...report }) {
      const { data } = await ask(client, `create the check "${name}" on ${sha}`, () =>
        octokit.request('POST /repos/{owner}/{repo}/check-runs', {
          owner,
          repo,
          name,
          head_sha: sha,
          external_id: externalId,
          ...toRequest(report),
        }),
      );
      return data.id;
    },
    async updateCheckRun(id, report) {
      await ask(client, `update check run ${id}`, () =>
        octokit.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
          owner,
          repo,
          check_run_id: id,
          ...toRequest(report),
        }),
      );
    },
  };
}

function toRequest({ state, title, summary }: CheckReport) {
  const output = { title, summary };
  if (state === 'queued' || state === 'in_progress') return { status: state, output };
  return { status: 'completed' as const, conclusion: state, output };
}
