import { Buffer } from 'node:buffer';
import { isFault } from '../../errors.js';
import type { Branches, Commit, GitObjects, NewCommit } from '../forge.js';
import { ask, askOrNull, type Client } from './client.js';
import { type FileMode, fileModes } from './modes.js';

/** Commits and files through the Git data API. https://docs.github.com/en/rest/git */
export function gitObjects(client: Client): GitObjects {
  const { octokit, owner, repo } = client;
  return {
    commit: (sha) => readCommit(client, sha),
    async readFile(path, ref) {
      const answer = await askOrNull(client, `read ${path} at ${ref}`, () =>
        octokit.request('GET /repos/{owner}/{repo}/contents/{path}', { owner, repo, path, ref }),
      );
      if (answer === null || Array.isArray(answer.data) || answer.data.type !== 'file') return null;
      const { encoding, content, sha } = answer.data;
      return encoding === 'base64' ? decode(content) : readBlob(client, path, sha);
    },
    createCommit: (commit) => createCommit(client, commit),
  };
}

async function readCommit(client: Client, sha: string): Promise<Commit | null> {
  const { octokit, owner, repo } = client;
  const answer = await askOrNull(client, `read the commit ${sha}`, () =>
    octokit.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { owner, repo, commit_sha: sha }),
  );
  if (answer === null) return null;
  const { parents, message, author, committer } = answer.data;
  return { sha: answer.data.sha, parents: parents.map((parent) => parent.sha), message, author, committer };
}

/** The contents API leaves out the text of files over 1 MB; the blob API gives up to 100 MB. */
async function readBlob(client: Client, path: string, sha: string): Promise<string> {
  const { octokit, owner, repo } = client;
  const { data } = await ask(client, `read ${path}`, () =>
    octokit.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { owner, repo, file_sha: sha }),
  );
  return decode(data.content);
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** Author and committer are left to GitHub: only then is a commit shown as the App's own, and verified. */
async function createCommit(client: Client, { parent, message, files }: NewCommit): Promise<string> {
  const { octokit, owner, repo } = client;
  const doing = `write the commit "${message.split('\n', 1)[0]}"`;
  const onto = await ask(client, doing, () =>
    octokit.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { owner, repo, commit_sha: parent }),
  );
  const modeOf = fileModes(client, onto.data.tree.sha);
  const entries: { path: string; mode: FileMode; type: 'blob'; content: string }[] = [];
  for (const { path, text } of files) entries.push({ path, mode: await modeOf(path), type: 'blob', content: text });
  const tree = await ask(client, doing, () =>
    octokit.request('POST /repos/{owner}/{repo}/git/trees', {
      owner,
      repo,
      base_tree: onto.data.tree.sha,
      tree: entries,
    }),
  );
  const commit = await ask(client, doing, () =>
    octokit.request('POST /repos/{owner}/{repo}/git/commits', {
      owner,
      repo,
      message,
      tree: tree.data.sha,
      parents: [parent],
    }),
  );
  return commit.data.sha;
}

/**
 * REST creates a branch only if it is not there, but moves it blindly; GraphQL's `updateRefs` moves or deletes it only
 * if it still points at `beforeOid`. https://docs.github.com/en/graphql/reference/mutations#updaterefs
 */
export function branches(client: Client): Branches {
  const { octokit, owner, repo } = client;
  const branchHead = (branch: string) => readHead(client, branch);
  return {
    branchHead,
    async moveBranch({ branch, from, to }) {
      const doing = `${from === null ? 'create' : to === null ? 'delete' : 'move'} the branch ${branch}`;
      const ref = `refs/heads/${branch}`;
      try {
        await ask(client, doing, async () => {
          if (from !== null) return updateRef(client, { name: ref, beforeOid: from, afterOid: to ?? noCommit });
          if (to !== null) await octokit.request('POST /repos/{owner}/{repo}/git/refs', { owner, repo, ref, sha: to });
        });
      } catch (fault) {
        if (!isFault(fault, 'github-invalid') && !isFault(fault, 'github-not-found')) throw fault;
        return whereItStands(await branchHead(branch), { from, to, fault });
      }
      return { outcome: 'moved' };
    },
  };
}

async function readHead(client: Client, branch: string): Promise<string | null> {
  const { octokit, owner, repo } = client;
  const answer = await askOrNull(client, `read the branch ${branch}`, () =>
    octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { owner, repo, ref: `heads/${branch}` }),
  );
  return answer === null ? null : answer.data.object.sha;
}

const noCommit = '0'.repeat(40);

interface RefUpdate {
  readonly name: string;
  readonly beforeOid: string;
  readonly afterOid: string;
}

async function updateRef({ octokit, owner, repo }: Client, update: RefUpdate): Promise<void> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}', { owner, repo });
  await octokit.graphql(
    `mutation ($repositoryId: ID!, $refUpdates: [RefUpdate!]!) {
      updateRefs(input: { repositoryId: $repositoryId, refUpdates: $refUpdates }) { clientMutationId }
    }`,
    { repositoryId: data.node_id, refUpdates: [{ ...update, force: true }] },
  );
}

/** GitHub words a refused move in several ways; where the branch stands now says which it was. */
function whereItStands(
  head: string | null,
  { from, to, fault }: { from: string | null; to: string | null; fault: unknown },
): { outcome: 'moved' } | { outcome: 'overtaken'; head: string | null } {
  if (head === to) return { outcome: 'moved' };
  if (head === from) throw fault;
  return { outcome: 'overtaken', head };
}
