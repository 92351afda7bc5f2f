import {
  GitFailed,
  git,
  objectType,
  readCommit,
  readTag,
  resolve,
  writeCommit,
  writeObject,
  writeTag,
} from '../git.js';
import { accepts, actor, type Call, part, repositoryOf } from '../http/call.js';
import { created, invalid, notFound, ok, Refusal, type Reply, unprocessable } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import { changeTree, listTree, type TreeChange, type TreeEntry } from '../trees.js';
import { gitCommitView, unsigned } from '../views/commit.js';
import { repositoryUrl } from '../views/repository.js';
import type { Repository } from '../world.js';

export const gitData: Routes = {
  'POST /repos/{owner}/{repo}/git/blobs': { needs: ['contents:write'], handle: createBlob },
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': { needs: ['contents:read'], handle: getBlob },
  'POST /repos/{owner}/{repo}/git/trees': { needs: ['contents:write'], handle: createTree },
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': { needs: ['contents:read'], handle: getTree },
  'POST /repos/{owner}/{repo}/git/commits': { needs: ['contents:write'], handle: createCommit },
  'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': {
    needs: ['contents:read'],
    async handle(call) {
      const repository = repositoryOf(call);
      const sha = await existing(repository, part(call, 'commit_sha'), 'commit');
      return ok(gitCommitView(repository, await readCommit(repository.directory, sha)));
    },
  },
  'POST /repos/{owner}/{repo}/git/tags': { needs: ['contents:write'], handle: createTag },
  'GET /repos/{owner}/{repo}/git/tags/{tag_sha}': {
    needs: ['contents:read'],
    async handle(call) {
      const repository = repositoryOf(call);
      return ok(await tagView(repository, await existing(repository, part(call, 'tag_sha'), 'tag')));
    },
  },
};

async function existing(repository: Repository, sha: string, type: string): Promise<string> {
  if ((await objectType(repository.directory, sha)) !== type) throw notFound();
  return sha;
}

async function createBlob(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const { content, encoding } = call.body as { content: string; encoding?: string };
  const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
  const sha = await writeObject(repository.directory, 'blob', bytes);
  const url = `${repositoryUrl(repository)}/git/blobs/${sha}`;
  return created({ sha, url }, { location: url });
}

async function getBlob(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const sha = await existing(repository, part(call, 'file_sha'), 'blob');
  const content = await git(repository.directory, ['cat-file', 'blob', sha]);
  if (accepts(call) === 'raw') {
    return { status: 200, headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' }, raw: content };
  }
  return ok({
    sha,
    node_id: `B_${sha}`,
    size: content.length,
    url: `${repositoryUrl(repository)}/git/blobs/${sha}`,
    content: wrapped(content),
    encoding: 'base64',
  });
}

/** Base64 in lines of sixty, as GitHub writes it. */
export function wrapped(content: Buffer): string {
  return (content.toString('base64').match(/.{1,60}/g) ?? []).map((line) => `${line}\n`).join('');
}

interface AskedEntry {
  readonly path: string;
  readonly mode: string;
  readonly type?: string;
  readonly sha?: string | null;
  readonly content?: string;
}

async function createTree(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const { tree, base_tree } = call.body as { tree: AskedEntry[]; base_tree?: string };
  const base = base_tree === undefined ? undefined : await resolve(repository.directory, base_tree, 'tree');
  if (base_tree !== undefined && !base) throw unprocessable('base_tree is not a valid tree oid');
  const standing = base ? await listTree(repository.directory, base, 'recursive') : [];
  const changes: TreeChange[] = [];
  for (const entry of tree) changes.push(await changeFor(repository, entry, standing));
  try {
    const sha = await changeTree(repository.directory, base, changes);
    return created(await treeView(repository, sha, 'flat'));
  } catch (error) {
    if (error instanceof GitFailed) throw unprocessable('tree.path contains a malformed path component');
    throw error;
  }
}

async function changeFor(
  repository: Repository,
  entry: AskedEntry,
  standing: readonly TreeEntry[],
): Promise<TreeChange> {
  const { path, mode, sha, content } = entry;
  if (path.split('/').some((component) => ['', '.', '..', '.git'].includes(component.toLowerCase()))) {
    throw unprocessable('tree.path contains a malformed path component');
  }
  if (sha !== undefined && content !== undefined) {
    throw unprocessable('Must supply either tree.sha or tree.content, not both');
  }
  if (content !== undefined) return { path, mode, sha: await writeObject(repository.directory, 'blob', content) };
  if (sha === null) {
    if (!standing.some((one) => one.path === path)) throw unprocessable('GitRPC::BadObjectState');
    return { path, mode, sha };
  }
  if (sha === undefined) throw unprocessable('Must supply either tree.sha or tree.content');
  const type = await objectType(repository.directory, sha);
  const wanted = { '040000': 'tree', '160000': undefined }[mode] ?? 'blob';
  if (mode !== '160000' && type !== wanted) throw unprocessable(`tree.sha ${sha} is not a valid ${wanted}`);
  return { path, mode, sha };
}

async function getTree(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const sha = await resolve(repository.directory, part(call, 'tree_sha'), 'tree');
  if (!sha) throw notFound();
  return ok(await treeView(repository, sha, call.query.recursive === undefined ? 'flat' : 'recursive'));
}

/** GitHub cuts a listing off here and says so. */
const mostEntries = 100_000;

async function treeView(repository: Repository, sha: string, depth: 'flat' | 'recursive') {
  const entries = await listTree(repository.directory, sha, depth);
  const url = `${repositoryUrl(repository)}/git`;
  return {
    sha,
    url: `${url}/trees/${sha}`,
    tree: entries.slice(0, mostEntries).map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === undefined ? {} : { size: entry.size }),
      ...(entry.type === 'commit' ? {} : { url: `${url}/${entry.type}s/${entry.sha}` }),
    })),
    truncated: entries.length > mostEntries,
  };
}

interface AskedPerson {
  readonly name?: string;
  readonly email?: string;
  readonly date?: string;
}

async function createCommit(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const asked = call.body as {
    message: string;
    tree: string;
    parents?: string[];
    author?: AskedPerson;
    committer?: AskedPerson;
  };
  if ((await objectType(repository.directory, asked.tree)) !== 'tree') throw unprocessable('Tree SHA does not exist');
  for (const parent of asked.parents ?? []) {
    if ((await objectType(repository.directory, parent)) === 'commit') continue;
    throw unprocessable('Parent SHA does not exist or is not a commit object');
  }
  const author = person(call, asked.author);
  const sha = await writeCommit(repository.directory, {
    tree: asked.tree,
    parents: asked.parents ?? [],
    author,
    committer: asked.committer ? person(call, asked.committer) : author,
    message: asked.message,
  });
  const view = gitCommitView(repository, await readCommit(repository.directory, sha));
  return created(view, { location: view.url });
}

function person(call: Call, asked: AskedPerson | undefined) {
  const { login, email } = actor(call);
  const date = asked?.date ?? call.world.now();
  if (Number.isNaN(Date.parse(date))) throw invalid({ resource: 'Commit', field: 'date', code: 'invalid' });
  return { name: asked?.name ?? login, email: asked?.email ?? email, date };
}

async function createTag(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const asked = call.body as { tag: string; message: string; object: string; type: string; tagger?: AskedPerson };
  const type = await objectType(repository.directory, asked.object);
  if (type !== asked.type) throw new Refusal(422, 'Object does not exist or is not of that type');
  const tagger = person(call, asked.tagger);
  const { tag, message, object } = asked;
  const sha = await writeTag(repository.directory, { tag, message, object, type, tagger });
  const view = await tagView(repository, sha);
  return created(view, { location: view.url });
}

async function tagView(repository: Repository, sha: string) {
  const { object, type, ...tag } = await readTag(repository.directory, sha);
  const url = `${repositoryUrl(repository)}/git`;
  return {
    ...tag,
    node_id: `TA_${sha}`,
    sha,
    url: `${url}/tags/${sha}`,
    object: { sha: object, type, url: `${url}/${type}s/${object}` },
    verification: unsigned,
  };
}
