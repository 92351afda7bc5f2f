import { installationsOf } from '../github/octokit.js';
import { memoryForge } from '../publish/memory-forge.js';
import { type GitHub, startGitHub } from '../support/github/index.js';
import { listTree } from '../support/github/trees.js';
import { describeForge, type ForgeWorld, readme, seeds } from './forge.js';

describeForge('in memory, for tests', async (): Promise<ForgeWorld> => {
  const files = { 'README.md': readme, 'pkgs/update.sh': 'true\n', 'pkgs/link.nix': 'update.sh', folder: 'pkgs' };
  const modes = { 'pkgs/update.sh': '100755', 'pkgs/link.nix': '120000', folder: '120000' } as const;
  const forge = memoryForge(files, modes);
  return {
    forge,
    commitByHand: async (branch, path, text) => forge.push(branch, 'ada', { [path]: text }),
    async closeByHand(number) {
      const index = forge.pulls.findIndex((pull) => pull.number === number);
      forge.pulls[index] = { ...forge.pulls[index]!, state: 'closed' };
    },
    modeOf: async (commit, path) => forge.modeOf(commit, path),
    checksOn: async (commit) =>
      Object.fromEntries(
        forge.checks.filter(({ sha }) => sha === commit).map(({ name, state, title }) => [name, [state, title]]),
      ),
  };
});

describe('Octokit', () => {
  let github: GitHub;
  let count = 0;
  beforeAll(async () => {
    github = await startGitHub();
  });
  afterAll(async () => {
    await github.close();
    expect(github.violations).toEqual([]);
  });

  describeForge('against the strict stand-in', async (): Promise<ForgeWorld> => {
    count += 1;
    const [owner, name] = [`octo-${count}`, 'nixpkgs'];
    const fork = `${owner}/${name}`;
    await github.createRepository({ owner, name, defaultBranch: 'master', files: seeds });
    const checkRuns = (commit: string) => github.repository(fork).checkRuns.filter(({ headSha }) => headSha === commit);
    return {
      forge: await installationsOf(github).forge(github.install(owner, [fork]), { owner, name }),
      commitByHand: (branch, path, text) =>
        github.commit(fork, { branch, by: 'ada', message: 'by hand', files: { [path]: text } }),
      closeByHand: (number) => github.people.close(fork, number, 'ada'),
      async modeOf(commit, path) {
        const entries = await listTree(github.repository(fork).directory, commit, 'recursive');
        return entries.find((entry) => entry.path === path)?.mode;
      },
      checksOn: async (commit) =>
        Object.fromEntries(
          checkRuns(commit).map(({ name: check, status, conclusion, title }) => [
            check,
            [conclusion ?? status, title ?? ''],
          ]),
        ),
    };
  });
});
