import type { Forge } from '../../src/github/forge.js';
import { completeChecks, openBranch, openPullRequest, queueChecks, reportProgress } from '../../src/publish/publish.js';
import { installationsOf } from '../github/octokit.js';
import { badDays, type Failure, type GitHub, startGitHub } from '../support/github/index.js';
import { files, good, update } from './samples.js';

const branch = 'modprobot/master/v4l2loopback';

const lost: Failure = { ...badDays.badGateway, after: 'it took effect' };

const outages: [string, string, string, Failure][] = [
  ['POST', 'git/trees', 'a lost answer', lost],
  ['POST', 'git/commits', 'a lost answer', lost],
  ['POST', 'git/refs', 'a lost answer', lost],
  ['POST', 'check-runs', 'a lost answer', lost],
  ['PATCH', 'check-runs', 'a lost answer', lost],
  ['POST', 'git/refs', 'a bad gateway', badDays.badGateway],
  ['POST', 'pulls', 'a bad gateway', badDays.badGateway],
  ['POST', 'check-runs', 'an answer that breaks off', { cutAfter: 20 }],
];

const refusals: [string, Failure][] = [
  ['github-rate-limited', badDays.secondaryLimit(90)],
  ['github-forbidden', { status: 403, body: { message: 'Resource not accessible by integration' } }],
  ['github-gone', { status: 410, body: { message: 'This was switched off' } }],
  ['github-invalid', { status: 422, body: { message: 'Validation Failed' } }],
];

/** The whole of publishing, as the pipeline does it. */
async function publish(forge: Forge, version = '0.15.4') {
  const published = update((await forge.branchHead('master')) ?? '', version);
  const opened = await openBranch(published, forge);
  if (opened.outcome !== 'opened') return opened;
  const sets = good.verdicts.map(({ set }) => set);
  const checks = await queueChecks({ update: published, commit: opened.commit, sets }, forge);
  await reportProgress({ checks, set: 'linux_6_12', doing: 'compiling' }, forge);
  await completeChecks({ checks, verdicts: good.verdicts, system: good.system }, forge);
  return openPullRequest({ update: published, verification: good }, forge);
}

describe('publishing on GitHub', () => {
  let github: GitHub;
  let forge: Forge;
  let fork: string;
  let installation: number;
  let count = 0;
  beforeAll(async () => {
    github = await startGitHub();
  });
  beforeEach(async () => {
    count += 1;
    const [owner, name] = [`octo-${count}`, 'nixpkgs'];
    fork = `${owner}/${name}`;
    await github.createRepository({ owner, name, defaultBranch: 'master', files });
    installation = github.install(owner, [fork]);
    forge = await installationsOf(github).forge(installation, { owner, name });
  });
  afterAll(async () => {
    await github.close();
    expect(github.violations).toEqual([]);
  });

  const state = () => {
    const { issues, checkRuns } = github.repository(fork);
    return { pulls: issues.size, checks: checkRuns.map(({ name, conclusion }) => [name, conclusion]) };
  };
  const done = {
    pulls: 1,
    checks: good.verdicts.map(({ set }) => [`modprobot / ${set}`, 'success']),
  };

  it('run twice makes one commit, one pull request and one check run a set', async () => {
    expect(await publish(forge)).toMatchObject({ outcome: 'created', draft: false });
    const head = await forge.branchHead(branch);
    expect(await publish(forge)).toMatchObject({ outcome: 'unchanged' });
    expect(await forge.branchHead(branch)).toBe(head);
    expect(state()).toEqual(done);
  });

  it('moves the branch for a newer release, and leaves it once a person has pushed there', async () => {
    await publish(forge, '0.15.0');
    expect(await publish(forge, '0.15.4')).toMatchObject({ outcome: 'updated' });
    const theirs = await github.commit(fork, { branch, by: 'ada', message: 'mine', files: { 'notes.md': 'mine\n' } });
    expect(await publish(forge, '0.15.5')).toMatchObject({ code: 'branch-has-foreign-commits' });
    expect(await forge.branchHead(branch)).toBe(theirs);
  });

  it('does not propose again what a person closed', async () => {
    await publish(forge);
    await github.people.close(fork, 1, 'ada');
    expect(await publish(forge)).toMatchObject({ code: 'pull-request-closed' });
  });

  const expectFault = (code: string) =>
    expect(publish(forge)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`${fork}: cannot `),
    });

  it.each(outages)(
    'whose %s %s fails by %s says so, and is completed by the next run',
    async (method, path, _how, outage) => {
      github.failNext({ method, path: new RegExp(`/${path}`) }, outage);
      await expectFault('github-unavailable');
      await publish(forge);
      expect(state()).toEqual(done);
    },
  );

  it.each([
    ['the branch', 'git/refs'],
    ['the pull request', 'pulls'],
  ])('makes %s once though the answer was lost and the request was sent again', async (_what, path) => {
    const patient = installationsOf(github, { retryAfterBaseValue: 1 });
    const retrying = await patient.forge(installation, { owner: forge.owner, name: forge.name });
    github.failNext({ method: 'POST', path: new RegExp(`${fork}/${path}`) }, lost);
    expect(await publish(retrying)).toMatchObject({ number: 1 });
    expect(state()).toEqual(done);
  });

  it.each([
    ['is lost', lost],
    ['breaks off', { cutAfter: 20 }],
  ])('finds the pull request that it opened when the answer %s', async (_how, outage) => {
    github.failNext({ method: 'POST', path: new RegExp(`${fork}/pulls`) }, outage);
    expect(await publish(forge)).toMatchObject({ number: 1, outcome: 'unchanged' });
    expect(state()).toEqual(done);
  });

  it.each(refusals)('ends in %s when GitHub refuses, and completes it in the next run', async (code, refusal) => {
    github.failNext({ method: 'POST', path: /check-runs/ }, refusal);
    await expectFault(code);
    await publish(forge);
    expect(state()).toEqual(done);
  });

  it('does not publish twice when lists of what is there break off', async () => {
    await publish(forge);
    for (const path of [/\/pulls$/, /commits\/\w+\/check-runs$/]) {
      github.failNext({ method: 'GET', path }, { cutAfter: 5 });
      await expectFault('github-unavailable');
    }
    await publish(forge);
    expect(state()).toEqual(done);
  });
});
