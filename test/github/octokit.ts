import { ProbotOctokit } from 'probot';
import type { Forge } from '../../src/github/forge.js';
import { createOctokitForge } from '../../src/github/octokit-forge.js';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** An Octokit that neither waits nor tries again, so that a test sees each answer at once. */
export function impatientOctokit(): ProbotOctokit {
  return new ProbotOctokit({
    auth: { token: 'secret' },
    throttle: { enabled: false },
    retry: { enabled: false },
    log: silent,
  });
}

export function forgeOf(owner: string, repo: string): Forge {
  return createOctokitForge({ octokit: impatientOctokit(), owner, repo, actor: 'modprobot[bot]' });
}
