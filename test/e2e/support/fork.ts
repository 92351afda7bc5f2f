import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { GitHub } from '../../support/github/index.js';
import type { CheckRun } from '../../support/github/model/checks.js';
import { isPull, type PullIssue } from '../../support/github/model/issues.js';

/** The pull requests of a repository, oldest first. */
export function pullsOf(github: GitHub, fork: string): PullIssue[] {
  return [...github.repository(fork).issues.values()].filter(isPull);
}

/** Conclusions of the check runs of a commit by kernel set, null while one is not completed. */
export function conclusionsOf(github: GitHub, fork: string, commit: string): Record<string, CheckRun['conclusion']> {
  const runs = github.repository(fork).checkRuns.filter(({ headSha }) => headSha === commit);
  return Object.fromEntries(runs.map(({ name, conclusion }) => [name.replace('modprobot / ', ''), conclusion]));
}

/** Branches of a repository that the App made. */
export async function ownBranches(github: GitHub, fork: string): Promise<string[]> {
  const found = await git(github, fork, 'for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/modprobot');
  return found.split('\n').filter((name) => name !== '');
}

/** Subjects of the commits that a branch has beyond its base. */
export async function commitsOn(github: GitHub, fork: string, base: string, branch: string): Promise<string[]> {
  const found = await git(github, fork, 'log', '--format=%s', `${base}..${branch}`);
  return found.split('\n').filter((subject) => subject !== '');
}

/** A file as it stands on a branch. */
export function fileOn(github: GitHub, fork: string, branch: string, path: string): Promise<string> {
  return git(github, fork, 'show', `${branch}:${path}`);
}

async function git(github: GitHub, fork: string, ...args: string[]): Promise<string> {
  const { directory } = github.repository(fork);
  const { stdout } = await promisify(execFile)('git', ['--git-dir', directory, ...args]);
  return stdout;
}
