import { Fault } from '../../src/errors.js';
import type { Forge } from '../../src/github/forge.js';
import { checkReport } from '../../src/publish/checks.js';
import {
  abandonChecks,
  completeChecks,
  openBranch,
  openPullRequest,
  queueChecks,
  reportProgress,
  type Update,
  type Verification,
} from '../../src/publish/publish.js';
import { type MemoryForge, memoryForge } from './memory-forge.js';
import { derivation, files, good, regressed, unbuilt, update, verdict } from './samples.js';

const branch = 'modprobot/master/v4l2loopback';
const file = 'pkgs/os-specific/linux/v4l2loopback/default.nix';

const baseOf = (forge: MemoryForge) => forge.branches.get('master') ?? '';

/** The whole of publishing, as the pipeline does it. */
async function publish(published: Update, verification: Verification, forge: Forge) {
  const opened = await openBranch(published, forge);
  if (opened.outcome !== 'opened') return opened;
  const sets = verification.verdicts.map(({ set }) => set);
  const checks = await queueChecks({ update: published, commit: opened.commit, sets }, forge);
  await completeChecks({ checks, verdicts: verification.verdicts, system: verification.system }, forge);
  return openPullRequest({ update: published, verification }, forge);
}

describe('publishing an update', () => {
  it('makes one commit on its own branch, and one pull request that is ready when everything builds', async () => {
    const forge = memoryForge(files);
    const published = update(baseOf(forge));
    const outcome = await publish(published, good, forge);
    const tip = forge.commits.get(forge.branches.get(branch) ?? '');
    expect(outcome).toMatchObject({
      outcome: 'created',
      draft: false,
      title: 'linuxPackages.v4l2loopback: 0.13.2 -> 0.15.4',
    });
    expect(tip).toMatchObject({ parents: [published.base.commit], files: { ...files, [file]: derivation('0.15.4') } });
    expect(tip?.message).toBe(
      'linuxPackages.v4l2loopback: 0.13.2 -> 0.15.4\n\nhttps://github.com/umlaeute/v4l2loopback/releases/tag/v0.15.4',
    );
    expect(forge.checks.map(({ name, state }) => [name, state])).toEqual([
      ['modprobot / linux_7_3', 'success'],
      ['modprobot / linux_7_2', 'success'],
      ['modprobot / linux_6_12', 'success'],
    ]);
  });

  it('run twice makes one branch, one commit, one set of checks and one pull request', async () => {
    const forge = memoryForge(files);
    const published = update(baseOf(forge));
    await publish(published, good, forge);
    const commits = forge.commits.size;
    forge.writes.length = 0;
    expect(await publish(published, good, forge)).toMatchObject({ outcome: 'unchanged', number: 1 });
    expect([forge.commits.size, forge.pulls.length, forge.checks.length]).toEqual([commits, 1, 3]);
    expect(new Set(forge.writes)).toEqual(new Set(['check']));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('goes on in the next run after GitHub failed at write %i', async (failing) => {
    const forge = memoryForge(files);
    const published = update(baseOf(forge));
    await publish(published, good, failingAt(forge, failing)).catch(() => undefined);
    await publish(published, good, forge);
    expect([forge.branches.size, forge.pulls.length, forge.checks.length]).toEqual([2, 1, 3]);
    expect(forge.pulls[0]).toMatchObject({ state: 'open', draft: false });
    expect(forge.checks.every(({ state }) => state === 'success')).toBe(true);
  });

  it('takes up the pull request whose creation was never answered', async () => {
    const forge = memoryForge(files);
    const published = update(baseOf(forge));
    await openBranch(published, forge);
    let listed = 0;
    const late: Forge = {
      ...forge,
      pullRequests: async (between) => {
        listed += 1;
        if (listed === 1) {
          await openPullRequest({ update: published, verification: good }, forge);
          return [];
        }
        return forge.pullRequests(between);
      },
    };
    expect(await openPullRequest({ update: published, verification: good }, late)).toMatchObject({ number: 1 });
    expect(forge.pulls).toHaveLength(1);
  });

  it('lets a newer release take the place of an older one: branch, title and text', async () => {
    const forge = memoryForge(files);
    await publish(update(baseOf(forge), '0.15.0'), good, forge);
    const older = forge.branches.get(branch);
    const outcome = await publish(update(baseOf(forge), '0.15.4'), good, forge);
    expect(outcome).toMatchObject({
      outcome: 'updated',
      number: 1,
      title: 'linuxPackages.v4l2loopback: 0.13.2 -> 0.15.4',
    });
    expect(forge.branches.get(branch)).not.toBe(older);
    expect(forge.pulls[0]?.body).toContain('`v0.15.4`');
    expect(forge.pulls[0]?.body).not.toContain('0.15.0');
  });

  it('does not write its commit anew because the base moved on', async () => {
    const forge = memoryForge(files);
    await openBranch(update(baseOf(forge)), forge);
    forge.push('master', 'ada', { 'README.md': 'more\n' });
    expect(await openBranch(update(baseOf(forge)), forge)).toMatchObject({ how: 'kept' });
  });

  it("writes its commit anew when the base changed the driver's own file", async () => {
    const forge = memoryForge(files);
    await openBranch(update(baseOf(forge)), forge);
    forge.push('master', 'ada', { [file]: `# hello\n${derivation('0.13.2')}` });
    const changed = update(baseOf(forge));
    const edit = {
      path: file,
      before: `# hello\n${derivation('0.13.2')}`,
      after: `# hello\n${derivation('0.15.4')}`,
      diff: '',
    };
    expect(await openBranch({ ...changed, files: [edit] }, forge)).toMatchObject({ how: 'moved' });
  });
});

describe('people come first', () => {
  it("never overwrites a branch that holds somebody else's commit", async () => {
    const forge = memoryForge(files);
    await openBranch(update(baseOf(forge), '0.15.0'), forge);
    const theirs = forge.push(branch, 'ada', { 'README.md': 'mine\n' });
    const outcome = await openBranch(update(baseOf(forge), '0.15.4'), forge);
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'branch-has-foreign-commits' });
    expect(forge.branches.get(branch)).toBe(theirs);
  });

  it("takes an amended commit for somebody else's, though the author is still the App", async () => {
    const forge = memoryForge(files);
    await openBranch(update(baseOf(forge)), forge);
    const sha = forge.branches.get(branch) ?? '';
    const commit = forge.commits.get(sha);
    if (commit) forge.commits.set(sha, { ...commit, committer: { name: 'ada', email: 'ada@example.org' } });
    expect(await openBranch(update(baseOf(forge)), forge)).toMatchObject({ code: 'branch-has-foreign-commits' });
  });

  it('takes a commit that GitHub signed for its own', async () => {
    const forge = memoryForge(files);
    await openBranch(update(baseOf(forge)), forge);
    const sha = forge.branches.get(branch) ?? '';
    const commit = forge.commits.get(sha);
    if (commit) forge.commits.set(sha, { ...commit, committer: { name: 'GitHub', email: 'noreply@github.com' } });
    expect(await openBranch(update(baseOf(forge)), forge)).toMatchObject({ outcome: 'opened', how: 'kept' });
  });

  it('does not lose a push that comes in the same second', async () => {
    const forge = memoryForge(files);
    await openBranch(update(baseOf(forge), '0.15.0'), forge);
    let theirs = '';
    const raced: Forge = {
      ...forge,
      createCommit: async (commit) => {
        theirs = forge.push(branch, 'ada', { 'README.md': 'mine\n' });
        return forge.createCommit(commit);
      },
    };
    expect(await openBranch(update(baseOf(forge), '0.15.4'), raced)).toMatchObject({
      outcome: 'waiting',
      code: 'branch-moved',
    });
    expect(forge.branches.get(branch)).toBe(theirs);
  });

  it('does not propose again what a person closed, but does propose the next version', async () => {
    const forge = memoryForge(files);
    await publish(update(baseOf(forge), '0.15.0'), good, forge);
    forge.pulls[0] = { ...forge.pulls[0]!, state: 'closed' };
    expect(await publish(update(baseOf(forge), '0.15.0'), good, forge)).toMatchObject({ code: 'pull-request-closed' });
    expect(await publish(update(baseOf(forge), '0.15.4'), good, forge)).toMatchObject({
      outcome: 'created',
      number: 2,
    });
  });

  it('starts over on a branch whose pull request was merged, whoever committed there last', async () => {
    const forge = memoryForge(files);
    await publish(update(baseOf(forge), '0.15.0'), good, forge);
    const headSha = forge.push(branch, 'ada', { 'README.md': 'mine\n' });
    forge.pulls[0] = { ...forge.pulls[0]!, state: 'merged', headSha };
    expect(await publish(update(baseOf(forge), '0.15.4'), good, forge)).toMatchObject({
      outcome: 'created',
      number: 2,
    });
  });

  it("leaves a person's own pull request from that branch alone", async () => {
    const forge = memoryForge(files);
    await publish(update(baseOf(forge)), good, forge);
    forge.pulls[0] = { ...forge.pulls[0]!, author: 'ada' };
    forge.writes.length = 0;
    expect(await publish(update(baseOf(forge)), good, forge)).toMatchObject({ code: 'pull-request-not-ours' });
    expect(forge.writes).toEqual([]);
  });

  it('keeps what people wrote above and below its own text', async () => {
    const forge = memoryForge(files);
    await publish(update(baseOf(forge), '0.15.0'), good, forge);
    const pull = forge.pulls[0]!;
    forge.pulls[0] = { ...pull, body: `Please wait.\n\n${pull.body}\n\nTried it.`.replaceAll('\n', '\r\n') };
    await publish(update(baseOf(forge), '0.15.4'), good, forge);
    expect(forge.pulls[0].body).toMatch(/^Please wait\.\n\n<!-- modprobot:begin -->/);
    expect(forge.pulls[0].body).toMatch(/-->\n\nTried it\.$/);
    expect(forge.pulls[0].body).not.toContain('0.15.0');
  });

  it('finds its pull request again though its title was changed and its marker deleted', async () => {
    const forge = memoryForge(files);
    await publish(update(baseOf(forge)), good, forge);
    forge.pulls[0] = { ...forge.pulls[0]!, title: 'Nice', body: '' };
    expect(await publish(update(baseOf(forge)), good, forge)).toMatchObject({ outcome: 'updated', number: 1 });
    expect(forge.pulls[0].body).toContain('modprobot:update');
  });
});

describe('a draft', () => {
  it.each([
    ['nothing was built', unbuilt],
    ['something that was built before fails now', regressed],
    [
      'its own kernel fails',
      { ...good, verdicts: [verdict('linux_6_12', 'fails', 'fails'), verdict('linux_7_2', 'ok', 'ok')] },
    ],
    ['no kernel set matches', { ...good, matching: null }],
    ['its own kernel was not asked for', { ...good, matching: 'linux_6_6' }],
    ['no kernel was asked for', { ...good, verdicts: [] }],
  ])('is opened when %s', async (_why, verification) => {
    const forge = memoryForge(files);
    expect(await publish(update(baseOf(forge)), verification, forge)).toMatchObject({ draft: true });
    expect(forge.pulls[0]?.draft).toBe(true);
  });

  it('is not made of a failure on a neighbour that failed before too', async () => {
    const forge = memoryForge(files);
    const verification = {
      ...good,
      verdicts: [verdict('linux_6_12', 'ok', 'ok'), verdict('linux_7_2', 'fails', 'fails')],
    };
    expect(await publish(update(baseOf(forge)), verification, forge)).toMatchObject({ draft: false });
    expect(forge.checks.map(({ state }) => state)).toEqual(['success', 'neutral']);
  });

  it('becomes ready when everything builds, and a draft again on a regression', async () => {
    const forge = memoryForge(files);
    await publish(update(baseOf(forge), '0.15.0'), unbuilt, forge);
    expect(await publish(update(baseOf(forge), '0.15.0'), good, forge)).toMatchObject({ draft: false });
    expect(await publish(update(baseOf(forge), '0.15.4'), regressed, forge)).toMatchObject({ draft: true });
    expect(forge.pulls[0]?.draft).toBe(true);
  });

  it('that a person made stays one, release after release', async () => {
    const forge = memoryForge(files);
    await publish(update(baseOf(forge), '0.15.0'), good, forge);
    forge.pulls[0] = { ...forge.pulls[0]!, draft: true };
    await publish(update(baseOf(forge), '0.15.0'), good, forge);
    await publish(update(baseOf(forge), '0.15.1'), regressed, forge);
    expect(await publish(update(baseOf(forge), '0.15.4'), good, forge)).toMatchObject({ draft: true });
  });

  it('that a person marked as ready stays ready for that version', async () => {
    const forge = memoryForge(files);
    await publish(update(baseOf(forge), '0.15.0'), regressed, forge);
    forge.pulls[0] = { ...forge.pulls[0]!, draft: false };
    expect(await publish(update(baseOf(forge), '0.15.0'), regressed, forge)).toMatchObject({ draft: false });
    expect(await publish(update(baseOf(forge), '0.15.4'), regressed, forge)).toMatchObject({ draft: true });
  });
});

describe('the checks', () => {
  it('wait, show what is being done, and end with what each kernel said', async () => {
    const forge = memoryForge(files);
    const published = update(baseOf(forge));
    const verdicts = [
      verdict('linux_6_12', 'ok', 'ok'),
      verdict('linux_6_6', 'fails', 'ok'),
      verdict('linux_7_2', 'ok', 'fails'),
      verdict('linux_7_3', 'fails', 'fails'),
      verdict('linux_6_9', 'unavailable', 'unavailable'),
      verdict('linux_6_1', 'not built', 'not built'),
    ];
    const sets = verdicts.map(({ set }) => set);
    const checks = await queueChecks({ update: published, commit: baseOf(forge), sets }, forge);
    expect(forge.checks.map(({ state }) => state)).toEqual(sets.map(() => 'queued'));
    await reportProgress({ checks, set: 'linux_6_12', doing: 'compiling' }, forge);
    expect(forge.checks[0]).toMatchObject({ state: 'in_progress', title: 'compiling' });
    await completeChecks({ checks, verdicts, system: 'x86_64-linux' }, forge);
    expect(forge.checks.map(({ state }) => state)).toEqual([
      'success',
      'success',
      'failure',
      'neutral',
      'skipped',
      'skipped',
    ]);
    expect(forge.checks[2]).toMatchObject({
      title: 'ok → fails (regression)',
      summary: expect.stringContaining('`v4l2loopback.c:2345`'),
    });
  });

  it('of an update that cannot be verified do not wait for ever', async () => {
    const forge = memoryForge(files);
    const input = { update: update(baseOf(forge)), commit: baseOf(forge), sets: ['linux_6_12'] };
    const checks = await queueChecks(input, forge);
    await abandonChecks({ checks, reason: 'The disk is full <b>' }, forge);
    expect(forge.checks).toMatchObject([{ state: 'neutral', summary: 'The disk is full &#60;b&#62;' }]);
    await queueChecks(input, forge);
    expect(forge.checks).toMatchObject([{ state: 'queued' }]);
  });

  it('hold a summary that GitHub takes, whatever a build says', () => {
    const shouting = '@`|&'.repeat(50_000);
    const modules = Array.from({ length: 5000 }, () => ({
      name: shouting,
      vermagic: shouting,
      version: shouting,
      license: null,
    }));
    const loud = { ...verdict('linux_6_12', 'ok', 'ok'), reason: shouting, modules };
    expect(checkReport(loud, 'x86_64-linux').summary.length).toBeLessThanOrEqual(65_535);
  });
});

/** A forge that breaks off before its nth write. */
function failingAt(forge: MemoryForge, nth: number): Forge {
  const guard = () => {
    if (forge.writes.length + 1 === nth) throw new Fault('github-unavailable', 'GitHub is away');
  };
  const guarded =
    <Arguments extends unknown[], Answer>(method: (...args: Arguments) => Promise<Answer>) =>
    async (...args: Arguments) => {
      guard();
      return method(...args);
    };
  return {
    ...forge,
    createCommit: guarded(forge.createCommit),
    moveBranch: guarded(forge.moveBranch),
    createPullRequest: guarded(forge.createPullRequest),
    createCheckRun: guarded(forge.createCheckRun),
    updateCheckRun: guarded(forge.updateCheckRun),
  };
}
