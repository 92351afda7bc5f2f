import { type GitHub, startGitHub } from '../support/github/index.js';
import { createDriver, createFork, release } from './support/driver.js';
import { ownBranches, pullsOf } from './support/fork.js';
import { type Jobs, openJobs } from './support/jobs.js';

const configFile = '.github/modprobot.yml';

/** No hook is delivered here: whatever is found is found by looking. */
describe('without any hook', () => {
  let github: GitHub;
  let jobs: Jobs;
  beforeAll(async () => {
    github = await startGitHub();
    jobs = await openJobs(github);
  });
  afterAll(async () => {
    await jobs.close();
    await github.close();
    expect(github.violations).toEqual([]);
  });

  it('finds forks, shared configuration, base and the tags of upstreams where it is not installed', async () => {
    const driver = await createDriver(github, 'quiet');
    const fork = await createFork(github, 'dora', [driver]);
    await github.commit(fork, { branch: 'staging', message: 'staging', files: { 'notes.md': 'staging\n' } });
    const text = 'base: staging\nkernels: [default]\ndrivers:\n  quiet: {}\n';
    await github.createRepository({ owner: 'dora', name: '.github', files: { [configFile]: text } });
    await github.createRepository({ owner: 'dora', name: 'website', files: { [configFile]: text } });
    github.install('dora', 'all');
    expect(await jobs.round()).toEqual([]);
    expect(pullsOf(github, fork)).toEqual([]);

    await release(github, driver, '1.1.0');
    expect(await jobs.round()).toEqual([]);
    expect(pullsOf(github, fork)).toMatchObject([
      {
        title: 'linuxPackages.quiet: 1.0.0 -> 1.1.0',
        pull: { baseRef: 'staging', headRef: 'modprobot/staging/quiet' },
      },
    ]);

    // What is no nixpkgs is listened to, and not written to.
    expect(await ownBranches(github, 'dora/website')).toEqual([]);
    expect(await ownBranches(github, 'dora/.github')).toEqual([]);
    const written = github.requests.filter(({ method, path }) => method !== 'GET' && path.includes('/dora/'));
    expect(written.filter(({ path }) => !path.includes('/dora/nixpkgs/'))).toEqual([]);
  }, 90_000);
});
