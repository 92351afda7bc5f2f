import { makeSuite, tellRun, tellSuite } from '../actions/checks.js';
import { objectType, resolve, zeroSha } from '../git.js';
import { actor, type Call, part, repositoryOf } from '../http/call.js';
import { countedList, list } from '../http/pages.js';
import { created, notFound, ok, type Reply, unprocessable } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import type { CheckRun, CheckSuite } from '../model/checks.js';
import { checkRunView, checkSuiteView } from '../views/checks.js';
import { repositoryUrl } from '../views/repository.js';
import { nodeId, type Repository } from '../world.js';
import { type AskedRun, applyToRun } from './check-output.js';

export const checks: Routes = {
  'POST /repos/{owner}/{repo}/check-runs': { needs: ['checks:write'], handle: createRun },
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}': {
    needs: ['checks:read'],
    handle: (call) => ok(checkRunView(call.world, repositoryOf(call), runIn(call))),
  },
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': { needs: ['checks:write'], handle: updateRun },
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations': {
    needs: ['checks:read'],
    handle(call) {
      const run = runIn(call);
      const blob = `${repositoryUrl(repositoryOf(call))}/git/blobs/${run.headSha}`;
      const defaults = { start_column: null, end_column: null, title: null, raw_details: null };
      return list(call, run.annotations, (annotation) => ({ ...defaults, ...annotation, blob_href: blob }));
    },
  },
  'POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest': {
    needs: ['checks:write'],
    async handle(call) {
      await tellRun(call.world, repositoryOf(call), runIn(call), 'rerequested', actor(call));
      return created({});
    },
  },
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': {
    needs: ['checks:read'],
    async handle(call) {
      const repository = repositoryOf(call);
      const sha = await commitIn(call, repository);
      return listRuns(call, repository, (run) => run.headSha === sha);
    },
  },
  'GET /repos/{owner}/{repo}/commits/{ref}/check-suites': {
    needs: ['checks:read'],
    async handle(call) {
      const repository = repositoryOf(call);
      const sha = await commitIn(call, repository);
      const suites = repository.checkSuites.filter((suite) => suite.headSha === sha);
      return countedList(call, suites, 'check_suites', (suite) => checkSuiteView(call.world, repository, suite));
    },
  },
  'POST /repos/{owner}/{repo}/check-suites': { needs: ['checks:write'], handle: createSuite },
  'GET /repos/{owner}/{repo}/check-suites/{check_suite_id}': {
    needs: ['checks:read'],
    handle: async (call) => ok(await checkSuiteView(call.world, repositoryOf(call), suiteIn(call))),
  },
  'GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs': {
    needs: ['checks:read'],
    handle(call) {
      const suite = suiteIn(call);
      return listRuns(call, repositoryOf(call), (run) => run.suite === suite);
    },
  },
  'POST /repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest': {
    needs: ['checks:write'],
    async handle(call) {
      await tellSuite(call.world, repositoryOf(call), suiteIn(call), 'rerequested', actor(call));
      return created({});
    },
  },
};

function runIn(call: Call): CheckRun {
  const id = Number(part(call, 'check_run_id'));
  const run = repositoryOf(call).checkRuns.find((one) => one.id === id);
  if (!run) throw notFound();
  return run;
}

function suiteIn(call: Call): CheckSuite {
  const id = Number(part(call, 'check_suite_id'));
  const suite = repositoryOf(call).checkSuites.find((one) => one.id === id);
  if (!suite) throw notFound();
  return suite;
}

async function commitIn(call: Call, repository: Repository): Promise<string> {
  const ref = part(call, 'ref');
  const sha = await resolve(repository.directory, ref);
  if (!sha) throw unprocessable(`No commit found for SHA: ${ref}`);
  return sha;
}

/** Newest first; unless all are asked for, of each name the newest alone. */
function listRuns(call: Call, repository: Repository, belongs: (run: CheckRun) => boolean): Promise<Reply> {
  const { check_name, status, filter = 'latest', app_id } = call.query;
  const newest = [...repository.checkRuns].reverse().filter(belongs);
  const wanted = newest
    .filter((run, at) => filter === 'all' || newest.findIndex((one) => one.name === run.name) === at)
    .filter((run) => check_name === undefined || run.name === check_name)
    .filter((run) => status === undefined || run.status === status)
    .filter(() => app_id === undefined || Number(app_id) === call.world.app.id);
  return countedList(call, wanted, 'check_runs', (run) => checkRunView(call.world, repository, run));
}

async function createRun(call: Call): Promise<Reply> {
  const { world } = call;
  const repository = repositoryOf(call);
  const asked = call.body as unknown as AskedRun & { name: string; head_sha: string };
  if ((await objectType(repository.directory, asked.head_sha)) !== 'commit') {
    throw unprocessable(`No commit found for SHA: ${asked.head_sha}`);
  }
  const id = world.nextId();
  const run: CheckRun = {
    ...{ id, nodeId: nodeId('CR', id), suite: suiteFor(call, repository, asked.head_sha), headSha: asked.head_sha },
    ...{
      name: asked.name,
      externalId: '',
      detailsUrl: 'https://modprobot.example',
      status: 'queued',
      conclusion: null,
    },
    ...{ startedAt: null, completedAt: null, title: null, summary: null, text: null, annotations: [], actions: [] },
  };
  applyToRun(world, run, asked);
  repository.checkRuns.push(run);
  await tellRun(world, repository, run, 'created', actor(call));
  if (run.status === 'completed') await tellRun(world, repository, run, 'completed', actor(call));
  const view = checkRunView(world, repository, run);
  return created(view, { location: view.url });
}

function suiteFor(call: Call, repository: Repository, headSha: string): CheckSuite {
  const known = repository.checkSuites.find((suite) => suite.headSha === headSha);
  return known ?? makeSuite(call.world, repository, { headSha, headBranch: null, before: zeroSha });
}

async function updateRun(call: Call): Promise<Reply> {
  const { world } = call;
  const repository = repositoryOf(call);
  const run = runIn(call);
  const before = run.status;
  applyToRun(world, run, call.body as AskedRun);
  if (run.status === 'completed' && before !== 'completed') {
    await tellRun(world, repository, run, 'completed', actor(call));
  }
  return ok(checkRunView(world, repository, run));
}

async function createSuite(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const { head_sha } = call.body as { head_sha: string };
  if ((await objectType(repository.directory, head_sha)) !== 'commit') {
    throw unprocessable(`No commit found for SHA: ${head_sha}`);
  }
  const known = repository.checkSuites.find((suite) => suite.headSha === head_sha);
  const suite = suiteFor(call, repository, head_sha);
  return { status: known ? 200 : 201, json: await checkSuiteView(call.world, repository, suite) };
}
