import { Probot, ProbotOctokit } from 'probot';
import type { Forge } from '../../src/github/forge.js';
import { createInstallations, type Installations } from '../../src/github/installation.js';
import { createOctokitClass } from '../../src/github/octokit-class.js';
import { createOctokitForge } from '../../src/github/octokit-forge.js';
import type { GitHub } from '../support/github/index.js';
import { netTo } from '../support/net.js';
import { quiet } from '../support/quiet.js';

/** An Octokit that neither waits nor tries again, so that a test sees each answer at once. */
export function impatientOctokit(): ProbotOctokit {
  return new ProbotOctokit({
    auth: { token: 'secret' },
    throttle: { enabled: false },
    retry: { enabled: false },
    log: quiet,
  });
}

export function forgeOf(owner: string, repo: string): Forge {
  return createOctokitForge({ octokit: impatientOctokit(), owner, repo, actor: 'modprobot[bot]' });
}

/** Probot as the App builds it, but it does not wait between two writes, and tries again only if told to. */
export function installationsOf(github: GitHub, retry: object = { enabled: false }): Installations {
  const { fetch } = netTo(github);
  const Octokit = createOctokitClass({ fetch });
  const probot = new Probot({
    appId: github.app.id,
    privateKey: github.app.privateKey,
    secret: github.app.webhookSecret,
    Octokit: Octokit.defaults((options: object) => ({
      ...options,
      throttle: { enabled: false },
      retry,
    })) as typeof Octokit,
    request: { fetch },
    log: quiet,
  });
  return createInstallations((installation) => probot.auth(installation));
}
