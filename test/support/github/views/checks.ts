import { readCommit } from '../git.js';
import type { CheckRun, CheckSuite } from '../model/checks.js';
import { isPull } from '../model/issues.js';
import type { Repository, World } from '../world.js';
import { appView } from './app.js';
import { repositoryPage, repositoryUrl, repositoryView } from './repository.js';

export function checkRunView(world: World, repository: Repository, run: CheckRun) {
  const url = `${repositoryUrl(repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: run.nodeId,
    head_sha: run.headSha,
    name: run.name,
    external_id: run.externalId,
    url,
    html_url: `${repositoryPage(repository)}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: appView(world),
    pull_requests: pullsOf(repository, run.headSha),
  };
}

/** The open pull requests of this repository that stand at a commit. */
function pullsOf(repository: Repository, sha: string) {
  const minimal = (of: Repository) => ({ id: of.id, url: repositoryUrl(of), name: of.name });
  return [...repository.issues.values()]
    .filter(isPull)
    .filter((issue) => issue.state === 'open' && issue.pull.headSha === sha)
    .map(({ pull, number }) => ({
      id: pull.id,
      number,
      url: `${repositoryUrl(repository)}/pulls/${number}`,
      head: { ref: pull.headRef, sha, repo: minimal(pull.headRepository) },
      base: { ref: pull.baseRef, sha: pull.baseSha, repo: minimal(repository) },
    }));
}

/** A suite is as far as the slowest of its runs, and as good as the worst of them. */
function suiteState(repository: Repository, suite: CheckSuite): Pick<CheckRun, 'status' | 'conclusion'> {
  const runs = repository.checkRuns.filter((run) => run.suite === suite);
  if (runs.length === 0) return { status: 'queued', conclusion: null };
  if (runs.some((run) => run.status !== 'completed')) {
    return { status: runs.every((run) => run.status === 'queued') ? 'queued' : 'in_progress', conclusion: null };
  }
  const order = [
    'failure',
    'timed_out',
    'cancelled',
    'action_required',
    'stale',
    'success',
    'neutral',
    'skipped',
  ] as const;
  return { status: 'completed', conclusion: order.find((one) => runs.some((run) => run.conclusion === one)) ?? null };
}

export async function checkSuiteView(world: World, repository: Repository, suite: CheckSuite) {
  const url = `${repositoryUrl(repository)}/check-suites/${suite.id}`;
  const commit = await readCommit(repository.directory, suite.headSha);
  return {
    id: suite.id,
    node_id: suite.nodeId,
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(repository, suite),
    url,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsOf(repository, suite.headSha),
    app: appView(world),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: repository.checkRuns.filter((run) => run.suite === suite).length,
    check_runs_url: `${url}/check-runs`,
    head_commit: {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: commit.committer.date,
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    },
    repository: repositoryView(repository),
  };
}
