import { Fault } from '../../src/errors.js';
import { brokenOff, takeBack } from '../../src/pipeline/take-back.js';
import { openBranch, openPullRequest, queueChecks } from '../../src/publish/publish.js';
import { type MemoryForge, memoryForge } from '../publish/memory-forge.js';
import { files, good, update } from '../publish/samples.js';

describe('a fault in the middle of publishing', () => {
  const reason = brokenOff(new Fault('engine-failed', 'podman died'));
  let forge: MemoryForge;

  beforeEach(() => {
    forge = memoryForge(files);
  });

  async function halfPublished() {
    const prepared = update(forge.branches.get('master') ?? '');
    const branch = await openBranch(prepared, forge);
    if (branch.outcome !== 'opened') throw new Error(branch.reason);
    const checks = await queueChecks({ update: prepared, commit: branch.commit, sets: ['linux_6_12'] }, forge);
    return { prepared, branch, checks };
  }

  it('deletes the branch that this run created, and says on its checks that nothing was verified', async () => {
    const { branch, checks } = await halfPublished();
    await takeBack({ base: 'master', branch, checks, reason }, forge);
    expect([...forge.branches.keys()]).toEqual(['master']);
    expect(forge.checks).toMatchObject([{ state: 'neutral', title: 'Not verified' }]);
    expect(forge.checks[0]?.summary).toContain('will be tried again');
  });

  it('keeps a branch on which a pull request stands: without it GitHub would close the pull request', async () => {
    const { prepared, branch, checks } = await halfPublished();
    await openPullRequest({ update: prepared, verification: good }, forge);
    await takeBack({ base: 'master', branch, checks, reason }, forge);
    expect(forge.branches.has(branch.branch)).toBe(true);
  });

  it('deletes it also where an earlier pull request from a branch of this name was merged', async () => {
    const { branch, checks } = await halfPublished();
    const merged = { ...forge, pullRequests: async () => [{ state: 'merged' }] as never };
    await takeBack({ base: 'master', branch, checks, reason }, merged);
    expect(forge.branches.has(branch.branch)).toBe(false);
  });

  it('keeps a branch that was there before this run', async () => {
    await halfPublished();
    const { branch, checks } = await halfPublished();
    expect(branch.how).toBe('kept');
    await takeBack({ base: 'master', branch, checks, reason }, forge);
    expect(forge.branches.has(branch.branch)).toBe(true);
  });

  it('never hides the fault behind one of its own', async () => {
    const { branch, checks } = await halfPublished();
    const broken = {
      ...forge,
      updateCheckRun: () => Promise.reject(new Error('502')),
      moveBranch: () => Promise.reject(new Error('502')),
    };
    await expect(takeBack({ base: 'master', branch, checks, reason }, broken)).resolves.toBeUndefined();
  });
});
