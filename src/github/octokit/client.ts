import type { ProbotOctokit } from 'probot';
import { githubFault } from './faults.js';

/** The little of Octokit that the adapter stands on. */
type Octokit = Pick<ProbotOctokit, 'request' | 'graphql' | 'paginate' | 'auth'>;

/** What every part of the adapter needs: an authenticated Octokit, and the repository it is about. */
export interface Client {
  readonly octokit: Octokit;
  readonly owner: string;
  readonly repo: string;
  readonly actor: string;
}

/**
 * Runs one request; whatever goes wrong becomes a `Fault` that names the repository.
 * @param doing what was being done, to be read after "cannot": `create the branch modprobot/master/zfs`
 */
export async function ask<Answer>(client: Client, doing: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    throw githubFault(error, { repository: `${client.owner}/${client.repo}`, doing });
  }
}

/** Like `ask`, but what is not there is null. */
export async function askOrNull<Answer>(
  client: Client,
  doing: string,
  request: () => Promise<Answer>,
): Promise<Answer | null> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 404) return null;
    throw githubFault(error, { repository: `${client.owner}/${client.repo}`, doing });
  }
}
