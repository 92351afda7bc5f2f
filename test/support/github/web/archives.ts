import { gitText, readRef, resolve, startGit } from '../git.js';
import type { Caller } from '../http/call.js';
import { notFound, Refusal, type Reply, redirect } from '../http/reply.js';
import { fullName, type Repository, type World } from '../world.js';
import { visibleRepository } from './visible.js';

/** `github.com/<owner>/<repo>/archive/<rev>.tar.gz`: sends the reader on to codeload. */
export function archiveRedirect(world: World, caller: Caller, path: string): Reply | undefined {
  const match = /^\/([^/]+)\/([^/]+)\/archive\/(.+)\.(tar\.gz|zip)$/.exec(path);
  if (!match) return undefined;
  const [, owner = '', name = '', revision = '', format = ''] = match;
  const repository = visibleRepository(world, caller, owner, name);
  return redirect(302, `https://codeload.github.com/${fullName(repository)}/${format}/${revision}`);
}

/** codeload.github.com: the archive itself, straight out of git. */
export async function codeload(world: World, caller: Caller, path: string): Promise<Reply> {
  const match = /^\/([^/]+)\/([^/]+)\/(legacy\.)?(tar\.gz|zip)\/(.+)$/.exec(path);
  if (!match) throw notFound();
  const [, owner = '', name = '', legacy, format = '', encoded = ''] = match;
  const repository = visibleRepository(world, caller, owner, name);
  const revision = decodeURIComponent(encoded);
  const commit = await commitOf(repository, revision);
  if (!commit) throw notFound();
  const folder = legacy
    ? `${repository.owner.login}-${repository.name}-${commit.slice(0, 7)}`
    : `${repository.name}-${folderRevision(revision)}`;
  // The commit goes into the global pax header; `--` is no option here, so the id alone is passed on.
  const archive = startGit(repository.directory, ['archive', `--format=${format}`, `--prefix=${folder}/`, commit]);
  archive.stdin.end();
  archive.stderr.resume();
  return {
    status: 200,
    headers: {
      'content-type': format === 'zip' ? 'application/zip' : 'application/x-gzip',
      'content-disposition': `attachment; filename=${folder}.${format}`,
      etag: `"${commit}"`,
    },
    raw: archive.stdout,
  };
}

/** `v1.2` unpacks to `<repo>-1.2`; slashes become dashes. */
function folderRevision(revision: string): string {
  return revision
    .replace(/^refs\/(tags|heads)\//, '')
    .replace(/^v(?=\d)/, '')
    .replaceAll('/', '-');
}

async function commitOf(repository: Repository, revision: string): Promise<string | undefined> {
  const { directory } = repository;
  if (/^[0-9a-f]{40}$/.test(revision) || revision.startsWith('refs/')) return resolve(directory, revision);
  const tag = await readRef(directory, `refs/tags/${revision}`);
  const branch = await readRef(directory, `refs/heads/${revision}`);
  if (tag && branch) throw new Refusal(300, 'the given path has multiple possibilities: #<Git::Ref>, #<Git::Ref>');
  if (tag) return gitText(directory, ['rev-parse', `refs/tags/${revision}^{commit}`]);
  return branch ?? (/^[0-9a-f]{7,}$/.test(revision) ? resolve(directory, revision) : undefined);
}
