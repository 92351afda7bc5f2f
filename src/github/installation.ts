import type { ProbotOctokit } from 'probot';
import type { Forge } from './forge.js';
import { githubFault } from './octokit/faults.js';
import { createOctokitForge } from './octokit-forge.js';
import { type OfficialNixpkgs, officialNixpkgs } from './official-nixpkgs.js';

/** Where the App is installed, and the forges of the repositories it was given. */
export interface Installations {
  /** Installations that are not suspended. */
  list(): Promise<readonly Installation[]>;
  /** Every repository that the installation may reach. */
  repositories(installationId: number): Promise<readonly InstalledRepository[]>;
  /** The forge of one repository; the token is asked for, and renewed, when it is needed. */
  forge(installationId: number, repository: { readonly owner: string; readonly name: string }): Promise<Forge>;
  /** NixOS/nixpkgs, read with the installation's token. */
  officialNixpkgs(installationId: number): Promise<OfficialNixpkgs>;
}

interface Installation {
  readonly id: number;
  /** Login of the person or organisation. */
  readonly account: string;
}

export interface InstalledRepository {
  readonly owner: string;
  readonly name: string;
  readonly fork: boolean;
  readonly archived: boolean;
}

/** Probot's `auth`: without a number it answers an Octokit that speaks as the App itself. */
export type Authenticate = (installationId?: number) => Promise<ProbotOctokit>;

/** The installations of the App for which `authenticate` speaks. */
export function createInstallations(authenticate: Authenticate): Installations {
  let actor: Promise<string> | undefined;
  const readActor = () => {
    actor ??= readLogin(authenticate).catch((error: unknown) => {
      actor = undefined;
      throw error;
    });
    return actor;
  };
  return {
    list: () => listInstallations(authenticate),
    repositories: (installationId) => listRepositories(authenticate, installationId),
    async forge(installationId, { owner, name }) {
      const login = await readActor();
      const octokit = await asking(`${owner}/${name}`, 'log in', () => authenticate(installationId));
      return createOctokitForge({ octokit, owner, repo: name, actor: login });
    },
    async officialNixpkgs(installationId) {
      return officialNixpkgs(await asking('NixOS/nixpkgs', 'log in', () => authenticate(installationId)));
    },
  };
}

/** GitHub names an App's own account after its slug. */
async function readLogin(authenticate: Authenticate): Promise<string> {
  const octokit = await authenticate();
  const { data } = await asking('the App', 'ask who it is', () => octokit.request('GET /app'));
  if (data === null) throw new Error('GET /app answered nothing');
  return `${data.slug}[bot]`;
}

async function listInstallations(authenticate: Authenticate): Promise<readonly Installation[]> {
  const octokit = await authenticate();
  const found = await asking('the App', 'list its installations', () =>
    octokit.paginate('GET /app/installations', { per_page: 100 }),
  );
  return found
    .filter(({ suspended_at }) => suspended_at === null)
    .map(({ id, account }) => ({ id, account: account !== null && 'login' in account ? account.login : '' }));
}

async function listRepositories(
  authenticate: Authenticate,
  installationId: number,
): Promise<readonly InstalledRepository[]> {
  const found = await asking(`installation ${installationId}`, 'list its repositories', async () => {
    const octokit = await authenticate(installationId);
    return octokit.paginate('GET /installation/repositories', { per_page: 100 });
  });
  return found.map(({ owner, name, fork, archived }) => ({ owner: owner.login, name, fork, archived }));
}

async function asking<Answer>(repository: string, doing: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    throw githubFault(error, { repository, doing });
  }
}
