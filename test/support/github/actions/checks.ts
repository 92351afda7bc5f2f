import type { CheckRun, CheckSuite } from '../model/checks.js';
import { checkRunView, checkSuiteView } from '../views/checks.js';
import { type Account, nodeId, type Repository, type World } from '../world.js';
import type { RefUpdate } from './refs.js';

/** GitHub opens a suite for every push and asks each App that may write checks for its runs. */
export async function openSuite(world: World, repository: Repository, { ref, before, after }: RefUpdate, by: Account) {
  const installation = world.installationOf(repository);
  if (installation?.permissions.checks !== 'write') return;
  if (repository.checkSuites.some((suite) => suite.headSha === after)) return;
  const suite = makeSuite(world, repository, { headSha: after, headBranch: ref.slice('refs/heads/'.length), before });
  await tellSuite(world, repository, suite, 'requested', by);
}

export function makeSuite(
  world: World,
  repository: Repository,
  what: Pick<CheckSuite, 'headSha' | 'headBranch' | 'before'>,
): CheckSuite {
  const id = world.nextId();
  const now = world.now();
  const suite = { ...what, id, nodeId: nodeId('CS', id), createdAt: now, updatedAt: now };
  repository.checkSuites.push(suite);
  return suite;
}

export async function tellSuite(
  world: World,
  repository: Repository,
  suite: CheckSuite,
  action: string,
  sender: Account,
) {
  const { repository: _, ...check_suite } = await checkSuiteView(world, repository, suite);
  world.hooks.emit({ name: 'check_suite', action, sender, repository, payload: { check_suite } });
}

export async function tellRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  action: string,
  sender: Account,
  more: object = {},
) {
  const { repository: _, head_commit: __, ...suite } = await checkSuiteView(world, repository, run.suite);
  const check_run = { ...checkRunView(world, repository, run), check_suite: suite };
  world.hooks.emit({ name: 'check_run', action, sender, repository, payload: { check_run, ...more } });
}
