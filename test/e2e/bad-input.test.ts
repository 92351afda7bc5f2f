import { badDays, type Failure, type GitHub, type Matcher, startGitHub } from '../support/github/index.js';
import { file, tar, unfinishedTar } from '../support/tar.js';
import { createDriver, createFork, derivationPath, release, type SmallDriver } from './support/driver.js';
import { commitsOn, conclusionsOf, fileOn, ownBranches, pullsOf } from './support/fork.js';
import { type Jobs, openJobs } from './support/jobs.js';

const configFile = '.github/modprobot.yml';

// Every step asks git: a busy machine takes its time.
const patience = 120_000;

describe('what is bad', () => {
  let github: GitHub;
  let jobs: Jobs;
  let driver: SmallDriver;
  let fork: string;
  let branch: string;
  let installation: number;
  let count = 0;

  beforeAll(async () => {
    github = await startGitHub();
    jobs = await openJobs(github);
  });
  beforeEach(async () => {
    count += 1;
    const owner = `owner-${count}`;
    driver = await createDriver(github, `driver_${count}`);
    branch = `modprobot/master/${driver.attr}`;
    const config = { [configFile]: `kernels: [default]\ndrivers:\n  ${driver.attr}: {}\n` };
    fork = await createFork(github, owner, [driver], config);
    installation = github.install(owner, [fork]);
  });
  // What comes later must not be told of this fork.
  afterEach(() => github.uninstall(installation));
  afterAll(async () => {
    await jobs.close();
    await github.close();
    expect(github.violations).toEqual([]);
  });

  const outcome = async () => {
    const [owner = '', name = ''] = fork.split('/');
    return (await jobs.ledger.drivers.find(owner, name, driver.attr))?.outcome;
  };
  const configErrors = async () => {
    const [owner = '', name = ''] = fork.split('/');
    return (await jobs.ledger.forks.find(owner, name))?.configErrors;
  };
  const configure = (text: string) => github.commit(fork, { message: 'configure', files: { [configFile]: text } });

  /** Nothing of the App's is on the fork. */
  async function expectNothing(): Promise<void> {
    expect([await ownBranches(github, fork), pullsOf(github, fork)]).toEqual([[], []]);
  }

  /** All of it, once. */
  async function expectPublished(version: string): Promise<void> {
    const title = `linuxPackages.${driver.attr}: 1.0.0 -> ${version}`;
    expect(await outcome()).toMatchObject({ outcome: 'published', pullRequest: { title } });
    const pulls = pullsOf(github, fork);
    expect(pulls.map((pull) => [pull.title, pull.state])).toEqual([[title, 'open']]);
    expect(await ownBranches(github, fork)).toEqual([branch]);
    expect(await commitsOn(github, fork, 'master', branch)).toEqual([title]);
    expect(await fileOn(github, fork, branch, derivationPath(driver.attr))).toContain(`version = "${version}";`);
    expect(conclusionsOf(github, fork, pulls[0]?.pull.headSha ?? '')).toEqual({ linux_6_12: 'skipped' });
  }

  describe('in the configuration', () => {
    it(
      'is remembered with its place, nothing is written, and the next commit goes on',
      async () => {
        await release(github, driver, '1.1.0');
        const wrong: [string, object][] = [
          ['kernles: [all]\n', { line: 1, column: 1, message: expect.stringContaining('`kernels`') }],
          ['drivers:\n  a: [\n', { line: 3, column: 1 }],
          ['base: nowhere\n', { line: 1, column: 1, message: expect.stringContaining('nowhere') }],
        ];
        for (const [text, problem] of wrong) {
          await configure(text);
          expect(await jobs.round()).toEqual([]);
          expect(await configErrors()).toEqual([expect.objectContaining(problem)]);
          await expectNothing();
        }
        await configure(`kernels: [default]\ndrivers:\n  ${driver.attr}: {}\n`);
        expect(await jobs.round()).toEqual([]);
        await expectPublished('1.1.0');
      },
      patience,
    );

    it(
      'an attribute that is not there is named, with what may be meant, and stops no other',
      async () => {
        await configure(`kernels: [default]\ndrivers:\n  ${driver.attr}: {}\n  v4l2loopbak: {}\n`);
        await release(github, driver, '1.1.0');
        // Upstream of v4l2loopback is not on this GitHub, and nobody asks for it.
        expect(await jobs.round()).toEqual([]);
        const [owner = ''] = fork.split('/');
        const unknown = await jobs.ledger.drivers.find(owner, 'nixpkgs', 'v4l2loopbak');
        expect(unknown?.outcome).toMatchObject({
          code: 'unknown-attribute',
          reason: expect.stringMatching(/v4l2loopbak\b.*Did you mean v4l2loopback\?/),
        });
        await expectPublished('1.1.0');
      },
      patience,
    );

    it(
      'a kernel set that is not there is named, and is looked for again when it is corrected',
      async () => {
        await configure(`kernels: [linux_99_9]\ndrivers:\n  ${driver.attr}: {}\n`);
        await release(github, driver, '1.1.0');
        await jobs.round();
        expect(await outcome()).toMatchObject({
          code: 'kernel-set-unknown',
          reason: expect.stringContaining('linux_99_9'),
        });
        await expectNothing();
        await configure(`kernels: [default]\ndrivers:\n  ${driver.attr}: {}\n`);
        await jobs.round();
        await expectPublished('1.1.0');
      },
      patience,
    );
  });

  it(
    'among the tags is written nowhere, and the next good release comes',
    async () => {
      const hostile = [
        'v9.0.0";',
        'v9.0.0${builtins.currentTime}',
        "v9.0.0''",
        '-v9.0.0',
        '--upload-pack=touch',
        'v9.0.0<img/src=x>',
        'v9.0.0`|@you',
        'v9.0.0/-x',
        'v9.0.0\u202e1',
        `v9.${'9'.repeat(180)}`,
      ];
      await github.tags(
        driver.upstream,
        hostile.map((name) => ({ name })),
      );
      expect(await jobs.round()).toEqual([]);
      expect(await outcome()).toMatchObject({ outcome: 'current' });
      await expectNothing();
      await release(github, driver, '1.1.0');
      expect(await jobs.round()).toEqual([]);
      await expectPublished('1.1.0');
      const written = github.requests.filter(({ method }) => method !== 'GET').map(({ path, body }) => path + body);
      expect(written.filter((text) => hostile.some((tag) => text.includes(JSON.stringify(tag).slice(1, -1))))).toEqual(
        [],
      );
    },
    patience,
  );

  describe('in the archive', () => {
    const archive: Matcher = { host: 'codeload.github.com' };
    const body = (bytes: Buffer): Failure => ({ status: 200, body: bytes.toString('latin1') });
    it(
      'that may be better next time is looked at again in the next round',
      async () => {
        await release(github, driver, '1.1.0');
        const failures: [string, Failure][] = [
          ['download-failed', { cutAfter: 100 }],
          ['archive-cut-off', body(unfinishedTar(file('a/b', 'text')).subarray(0, 600))],
          ['archive-malformed', body(Buffer.from('<html>not found</html>'.repeat(100)))],
          ['download-too-large', { status: 200, headers: { 'content-length': '9999999999999' }, body: 'x' }],
          ['download-http-status', badDays.badGateway],
        ];
        for (const [code, failure] of failures) {
          github.failNext(archive, failure);
          await jobs.round();
          expect(await outcome()).toMatchObject({ code, reason: expect.stringContaining(driver.upstream) });
          await expectNothing();
        }
        expect(await jobs.round()).toEqual([]);
        await expectPublished('1.1.0');
      },
      patience,
    );

    it(
      'that only its author can better is refused, and the next release goes on',
      async () => {
        const failures: [string, string, Failure][] = [
          ['1.1.0', 'archive-climbs', body(tar(file('a/../../b', 'text')))],
          ['1.2.0', 'archive-top-folder', body(tar(file('a/b'), file('c/d')))],
        ];
        for (const [version, code, failure] of failures) {
          await release(github, driver, version);
          github.failNext(archive, failure);
          expect(await jobs.round()).toEqual([]);
          expect(await outcome()).toMatchObject({ code, reason: expect.stringContaining(driver.upstream) });
          await expectNothing();
        }
        await release(github, driver, '1.3.0');
        expect(await jobs.round()).toEqual([]);
        await expectPublished('1.3.0');
      },
      patience,
    );
  });

  describe('on GitHub', () => {
    const forbidden: Failure = { status: 403, body: { message: 'Resource not accessible by integration' } };
    const gone: Failure = { status: 410, body: { message: 'This was switched off' } };
    const invalid: Failure = { status: 422, body: { message: 'Validation Failed' } };
    const limited = badDays.secondaryLimit(90);
    const reference = /\/git\/refs$/;
    const [queued, completed, pulls] = [/\/check-runs$/, /\/check-runs\/\d+$/, /\/pulls$/];
    const cases: [string, string, Matcher, Failure][] = [
      ['the branch is created', 'github-forbidden', { method: 'POST', path: reference }, forbidden],
      ['a check is queued', 'github-rate-limited', { method: 'POST', path: queued }, limited],
      ['a check is completed', 'github-unavailable', { method: 'PATCH', path: completed }, badDays.badGateway],
      ['the pull request is opened', 'github-gone', { method: 'POST', path: pulls }, gone],
      ['the pull request is opened', 'github-invalid', { method: 'POST', path: pulls }, invalid],
    ];

    it.each(cases)(
      'when %s it says %s, leaves nothing half-published, and goes on',
      async (_step, code, which, failure) => {
        await release(github, driver, '1.1.0');
        github.failNext(which, failure);
        expect(await jobs.round()).toHaveLength(1);
        expect(await outcome()).toMatchObject({ outcome: 'fault', code, reason: expect.stringContaining(fork) });
        await expectNothing();
        await jobs.round();
        await expectPublished('1.1.0');
      },
    );

    it(
      'that does not accept the token any more is named as such, and the work goes on when it does',
      async () => {
        await release(github, driver, '1.1.0');
        // A fresh token is tried again for some seconds: GitHub may not know it everywhere yet.
        const refused = { ...badDays.badCredentials, times: 4 };
        github.failNext({ method: 'POST', path: `/repos/${fork}/git/commits` }, refused);
        expect(await jobs.round()).toHaveLength(1);
        expect(await outcome()).toMatchObject({ code: 'github-unauthorized', reason: expect.stringContaining(fork) });
        await expectNothing();
        for (let round = 0; round < refused.times; round++) await jobs.round();
        await expectPublished('1.1.0');
      },
      patience,
    );

    it(
      'that answers nothing any more in mid-way leaves what the next round takes up',
      async () => {
        await release(github, driver, '1.1.0');
        github.failNext({ method: 'PATCH', path: /\/check-runs\// }, { ...badDays.badGateway, times: 3 });
        github.failNext({ method: 'POST', path: /graphql$/ }, { ...badDays.badGateway, times: 3 });
        await jobs.round();
        expect(await outcome()).toMatchObject({ code: 'github-unavailable' });
        expect(await ownBranches(github, fork)).toEqual([branch]);
        for (let round = 0; round < 4; round++) await jobs.round();
        await expectPublished('1.1.0');
      },
      patience,
    );
  });
});
