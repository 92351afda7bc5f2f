import type { Forge } from '../../src/github/forge.js';

/** A repository with one commit on `master` that holds `seeds`, and a forge that writes as `modprobot[bot]`. */
export interface ForgeWorld {
  readonly forge: Forge;
  /** A person commits on top of a branch; answers the commit. */
  commitByHand(branch: string, path: string, text: string): Promise<string>;
  closeByHand(pullRequest: number): Promise<void>;
  /** The mode of a file at a commit, as git writes it: `100644`. */
  modeOf(commit: string, path: string): Promise<string | undefined>;
  /** State and title of the check runs on a commit, by name. */
  checksOn(commit: string): Promise<Record<string, readonly [state: string, title: string]>>;
}

export const readme = 'An overlay of kernel modules: ü, 核.\n';
/** A file, one that can be executed, and links to a file and to a folder. */
export const seeds = {
  'README.md': readme,
  'pkgs/update.sh': { executable: 'true\n' },
  'pkgs/link.nix': { link: 'update.sh' },
  folder: { link: 'pkgs' },
} as const;
const branch = 'modprobot/master/zfs';

/** What every forge promises, whatever stands behind it. */
export function describeForge(name: string, open: () => Promise<ForgeWorld>): void {
  describe(`the forge (${name})`, () => {
    let world: ForgeWorld;
    let forge: Forge;
    beforeEach(async () => {
      world = await open();
      forge = world.forge;
    });

    const base = async () => (await forge.branchHead('master')) ?? '';
    const commitOn = (parent: string, text = 'one\n') =>
      forge.createCommit({ parent, message: 'zfs: 1 -> 2\n\nWhy.', files: [{ path: 'pkgs/zfs.nix', text }] });
    const branchOff = async (text?: string) => {
      const commit = await commitOn(await base(), text);
      await forge.moveBranch({ branch, from: null, to: commit });
      return commit;
    };
    const pullRequest = { head: branch, base: 'master', title: 'zfs: 1 -> 2', body: 'Text.', draft: true };

    it('knows the repository and the name under which it acts', async () => {
      expect(await forge.repository()).toEqual({ defaultBranch: 'master', archived: false });
      expect(forge.actor).toBe('modprobot[bot]');
    });

    it('reads files at a branch and at a commit, and says null of what is not there', async () => {
      expect(await forge.readFile('README.md', 'master')).toBe(readme);
      expect(await forge.readFile('README.md', await base())).toBe(readme);
      expect(await forge.readFile('pkgs/none.nix', 'master')).toBeNull();
      expect(await forge.readFile('README.md', 'no-such-branch')).toBeNull();
      expect(await forge.branchHead('no-such-branch')).toBeNull();
      expect(await forge.commit('1'.repeat(40))).toBeNull();
    });

    it('writes a commit on top of another, as the App and with the rest of the tree kept', async () => {
      const parent = await base();
      const commit = await branchOff();
      expect(await forge.commit(commit)).toMatchObject({
        sha: commit,
        parents: [parent],
        message: 'zfs: 1 -> 2\n\nWhy.',
        author: { name: 'modprobot[bot]' },
      });
      expect(await forge.readFile('pkgs/zfs.nix', commit)).toBe('one\n');
      expect(await forge.readFile('README.md', commit)).toBe(readme);
    });

    it('writes several files in one commit', async () => {
      const files = [
        { path: 'a.nix', text: 'a\n' },
        { path: 'b/c.nix', text: '"${x}" ü\n' },
      ];
      const commit = await forge.createCommit({ parent: await base(), message: 'both', files });
      await forge.moveBranch({ branch, from: null, to: commit });
      expect(await forge.readFile('a.nix', branch)).toBe('a\n');
      expect(await forge.readFile('b/c.nix', branch)).toBe('"${x}" ü\n');
    });

    it('keeps what can be executed so, and writes anything else as a plain file', async () => {
      const files = ['README.md', 'pkgs/update.sh', 'pkgs/new.nix', 'new/new.nix'].map((path) => ({
        path,
        text: 'x\n',
      }));
      const commit = await forge.createCommit({ parent: await base(), message: 'modes', files });
      const modes = files.map(async ({ path }) => [path, await world.modeOf(commit, path)]);
      expect(Object.fromEntries(await Promise.all(modes))).toEqual({
        'README.md': '100644',
        'pkgs/update.sh': '100755',
        'pkgs/new.nix': '100644',
        'new/new.nix': '100644',
      });
      expect(await forge.readFile('pkgs/update.sh', commit)).toBe('x\n');
    });

    it.each(['pkgs/link.nix', 'folder/update.sh', 'folder', 'pkgs'])(
      'refuses to write over or through %s',
      async (path) => {
        const commit = forge.createCommit({ parent: await base(), message: 'link', files: [{ path, text: 'x\n' }] });
        await expect(commit).rejects.toMatchObject({ code: 'edit-not-written' });
      },
    );

    it('creates, moves and deletes a branch', async () => {
      const first = await branchOff();
      expect(await forge.branchHead(branch)).toBe(first);
      const second = await commitOn(await base(), 'two\n');
      expect(await forge.moveBranch({ branch, from: first, to: second })).toEqual({ outcome: 'moved' });
      expect(await forge.branchHead(branch)).toBe(second);
      expect(await forge.moveBranch({ branch, from: second, to: null })).toEqual({ outcome: 'moved' });
      expect(await forge.branchHead(branch)).toBeNull();
    });

    it('does not create a branch that is there already', async () => {
      const theirs = await branchOff();
      const ours = await commitOn(await base(), 'two\n');
      const outcome = await forge.moveBranch({ branch, from: null, to: ours });
      expect(outcome).toEqual({ outcome: 'overtaken', head: theirs });
      expect(await forge.branchHead(branch)).toBe(theirs);
    });

    it("neither moves nor deletes a branch that somebody else moved first, and keeps that person's commit", async () => {
      const seen = await branchOff();
      const theirs = await world.commitByHand(branch, 'notes.md', 'mine\n');
      const ours = await commitOn(await base(), 'two\n');
      expect(await forge.moveBranch({ branch, from: seen, to: ours })).toEqual({ outcome: 'overtaken', head: theirs });
      expect(await forge.moveBranch({ branch, from: seen, to: null })).toEqual({ outcome: 'overtaken', head: theirs });
      expect(await forge.branchHead(branch)).toBe(theirs);
      expect((await forge.commit(theirs))?.author.name).not.toBe(forge.actor);
    });

    it('takes a move that had been made already for made', async () => {
      const commit = await branchOff();
      expect(await forge.moveBranch({ branch, from: null, to: commit })).toEqual({ outcome: 'moved' });
    });

    it('refuses to point a branch at a commit that does not exist', async () => {
      const nowhere = forge.moveBranch({ branch, from: null, to: '1'.repeat(40) });
      await expect(nowhere).rejects.toMatchObject({ code: 'github-invalid' });
      expect(await forge.branchHead(branch)).toBeNull();
    });

    it('opens a pull request and finds it again by its branches', async () => {
      const headSha = await branchOff();
      const opened = await forge.createPullRequest(pullRequest);
      expect(opened).toMatchObject({ state: 'open', draft: true, title: 'zfs: 1 -> 2', body: 'Text.', headSha });
      expect(opened).toMatchObject({ author: forge.actor, url: expect.stringMatching(/^https:.*\/pull\/\d+$/) });
      expect(await forge.pullRequests({ head: branch, base: 'master' })).toEqual([opened]);
      expect(await forge.pullRequests({ head: 'other', base: 'master' })).toEqual([]);
      expect(await forge.pullRequests({ head: branch, base: 'release' })).toEqual([]);
    });

    it('refuses a second pull request from the same branch', async () => {
      await branchOff();
      await forge.createPullRequest(pullRequest);
      await expect(forge.createPullRequest(pullRequest)).rejects.toMatchObject({ code: 'github-invalid' });
    });

    it('changes title and text, and turns a draft into a ready pull request and back', async () => {
      await branchOff();
      const opened = await forge.createPullRequest(pullRequest);
      const found = async () => (await forge.pullRequests({ head: branch, base: 'master' }))[0];
      await forge.updatePullRequest(opened.number, { title: 'zfs: 1 -> 3', body: 'More.' });
      await forge.markReadyForReview(opened);
      expect(await found()).toMatchObject({ title: 'zfs: 1 -> 3', body: 'More.', draft: false });
      await forge.convertToDraft(opened);
      expect(await found()).toMatchObject({ draft: true });
    });

    it('lists closed pull requests too, the newest first', async () => {
      await branchOff();
      const first = await forge.createPullRequest(pullRequest);
      await world.closeByHand(first.number);
      const second = await forge.createPullRequest(pullRequest);
      const found = await forge.pullRequests({ head: branch, base: 'master' });
      expect(found.map(({ number, state }) => [number, state])).toEqual([
        [second.number, 'open'],
        [first.number, 'closed'],
      ]);
    });

    it('keeps check runs under the name that the App gave them, and starts finished ones over', async () => {
      const sha = await branchOff();
      const queued = { state: 'queued', title: 'Waiting', summary: 'Not yet.' } as const;
      const id = await forge.createCheckRun({
        name: 'modprobot / linux_6_12',
        sha,
        externalId: 'master/zfs/6_12',
        ...queued,
      });
      expect(await forge.checkRuns(sha)).toEqual([
        { id, name: 'modprobot / linux_6_12', externalId: 'master/zfs/6_12' },
      ]);
      for (const state of ['in_progress', 'success', 'failure', 'neutral', 'skipped', 'queued'] as const) {
        await forge.updateCheckRun(id, { state, title: `It is ${state}`, summary: 'Because.' });
        expect(await world.checksOn(sha)).toEqual({ 'modprobot / linux_6_12': [state, `It is ${state}`] });
      }
    });

    it('finds more check runs than one page holds', async () => {
      const sha = await branchOff();
      const report = { state: 'queued', title: 'Waiting', summary: 'Not yet.' } as const;
      for (let index = 0; index < 101; index += 1) {
        await forge.createCheckRun({ name: `set ${index}`, sha, externalId: `${index}`, ...report });
      }
      expect(await forge.checkRuns(sha)).toHaveLength(101);
    });
  });
}
