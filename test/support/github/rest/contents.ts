import { moveRef } from '../actions/refs.js';
import { git, gitText, readCommit, resolve, writeCommit, writeObject } from '../git.js';
import { accepts, actor, type Call, part, repositoryOf } from '../http/call.js';
import { created, invalid, notFound, ok, Refusal, type Reply, unprocessable } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import { changeTree, listTree, type TreeEntry } from '../trees.js';
import { web } from '../views/account.js';
import { gitCommitView } from '../views/commit.js';
import { repositoryPage, repositoryUrl } from '../views/repository.js';
import { fullName, type Repository } from '../world.js';
import { wrapped } from './git-data.js';

export const contents: Routes = {
  'GET /repos/{owner}/{repo}/contents/{path}': { needs: ['contents:read'], handle: get },
  'PUT /repos/{owner}/{repo}/contents/{path}': { needs: ['contents:write'], handle: put },
};

/** Larger files come without their content, and above a hundred megabytes not at all. */
const inlined = 1024 * 1024;
const served = 100 * inlined;

async function get(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const ref = call.query.ref ?? repository.defaultBranch;
  const commit = await resolve(repository.directory, ref);
  if (!commit) throw new Refusal(404, `No commit found for the ref ${ref}`);
  const path = part(call, 'path').replace(/^\/+|\/+$/g, '');
  const at = await entryAt(repository, commit, path);
  if (!at) throw notFound();
  if (at.type === 'tree') return directory(call, repository, ref, at);
  if (at.type === 'blob') return file(call, repository, ref, at);
  return ok({ ...linksOf(repository, ref, at), type: 'submodule', submodule_git_url: null });
}

/** What stands at a path of a commit; the empty path is its whole tree. */
export async function entryAt(repository: Repository, commit: string, path: string): Promise<TreeEntry | undefined> {
  if (path === '') {
    const sha = await gitText(repository.directory, ['rev-parse', `${commit}^{tree}`]);
    return { path: '', mode: '040000', type: 'tree', sha, size: undefined };
  }
  const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  const tree = await resolve(repository.directory, commit, 'tree');
  const above = parent === '' ? { type: 'tree', sha: tree ?? '' } : await entryAt(repository, commit, parent);
  if (above?.type !== 'tree') return undefined;
  const name = path.slice(parent === '' ? 0 : parent.length + 1);
  const entries = await listTree(repository.directory, above.sha, 'flat');
  const found = entries.find((entry) => entry.path === name);
  return found && { ...found, path };
}

function linksOf(repository: Repository, ref: string, entry: TreeEntry) {
  const url = `${repositoryUrl(repository)}/contents/${encodeURI(entry.path)}?ref=${encodeURIComponent(ref)}`;
  const kind = entry.type === 'tree' ? 'tree' : 'blob';
  const html = `${repositoryPage(repository)}/${kind}/${ref}/${encodeURI(entry.path)}`;
  const object = `${repositoryUrl(repository)}/git/${kind}s/${entry.sha}`;
  return {
    name: entry.path.split('/').at(-1) ?? '',
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    html_url: html,
    git_url: object,
    download_url:
      entry.type === 'blob'
        ? `https://raw.githubusercontent.com/${fullName(repository)}/${ref}/${encodeURI(entry.path)}`
        : null,
    _links: { self: url, git: object, html },
  };
}

async function directory(call: Call, repository: Repository, ref: string, entry: TreeEntry): Promise<Reply> {
  const children = await listTree(repository.directory, entry.sha, 'flat');
  const types: Record<string, string> = { tree: 'dir', blob: 'file', commit: 'file' };
  const views = children.map((child) => {
    const path = entry.path === '' ? child.path : `${entry.path}/${child.path}`;
    return { ...linksOf(repository, ref, { ...child, path }), type: types[child.type] ?? 'file' };
  });
  if (accepts(call) === 'raw') throw unprocessable('Cannot render a directory as raw');
  // Not paged: GitHub lists a thousand and no more.
  return ok(views.slice(0, 1000));
}

async function file(call: Call, repository: Repository, ref: string, entry: TreeEntry): Promise<Reply> {
  const size = entry.size ?? 0;
  if (size > served) {
    throw new Refusal(403, 'This API returns blobs up to 100 MB in size.', [
      { resource: 'Blob', field: 'data', code: 'custom', message: 'too_large' },
    ]);
  }
  const content = await git(repository.directory, ['cat-file', 'blob', entry.sha]);
  if (accepts(call) === 'raw') {
    return { status: 200, headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' }, raw: content };
  }
  if (entry.mode === '120000') {
    return ok({ ...linksOf(repository, ref, entry), type: 'symlink', target: content.toString() });
  }
  const inline = size <= inlined;
  return ok({
    ...linksOf(repository, ref, entry),
    type: 'file',
    content: inline ? wrapped(content) : '',
    encoding: inline ? 'base64' : 'none',
  });
}

async function put(call: Call): Promise<Reply> {
  const { world } = call;
  const repository = repositoryOf(call);
  const asked = call.body as { message: string; content: string; sha?: string; branch?: string };
  const path = part(call, 'path');
  const branch = asked.branch ?? repository.defaultBranch;
  const head = await resolve(repository.directory, `refs/heads/${branch}`);
  if (!head) throw new Refusal(404, `Branch ${branch} not found`);
  const standing = await entryAt(repository, head, path);
  if (standing && asked.sha === undefined) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (asked.sha !== undefined && standing?.sha !== asked.sha) {
    throw new Refusal(409, `${path} does not match ${asked.sha}`);
  }
  if (path.split('/').some((component) => ['', '.', '..', '.git'].includes(component))) {
    throw invalid({ resource: 'Content', field: 'path', code: 'invalid' });
  }
  const blob = await writeObject(repository.directory, 'blob', Buffer.from(asked.content, 'base64'));
  const tree = await changeTree(repository.directory, head, [{ path, mode: standing?.mode ?? '100644', sha: blob }]);
  const { login, email } = actor(call);
  const person = { name: login, email, date: world.now() };
  const commit = { tree, parents: [head], author: person, committer: person, message: asked.message };
  const sha = await writeCommit(repository.directory, commit);
  if (!(await moveRef(world, repository, `refs/heads/${branch}`, sha, actor(call)))) {
    throw new Refusal(409, `${web}/${fullName(repository)} moved meanwhile`);
  }
  const entry = await entryAt(repository, sha, path);
  const content = { ...linksOf(repository, branch, entry as TreeEntry), type: 'file' };
  const json = { content, commit: gitCommitView(repository, await readCommit(repository.directory, sha)) };
  return standing ? ok(json) : created(json);
}
