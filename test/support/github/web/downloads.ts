import { git, resolve } from '../git.js';
import type { Caller } from '../http/call.js';
import { notFound, type Reply, redirect } from '../http/reply.js';
import { entryAt } from '../rest/contents.js';
import type { World } from '../world.js';
import { visibleRepository } from './visible.js';

/** `github.com/<owner>/<repo>/releases/download/<tag>/<asset>`: sends the reader on to where assets are kept. */
export function downloadRedirect(world: World, caller: Caller, path: string): Reply | undefined {
  const match = /^\/([^/]+)\/([^/]+)\/releases\/download\/(.+)\/([^/]+)$/.exec(path);
  if (!match) return undefined;
  const [, owner = '', name = '', tag = '', file = ''] = match.map((text) => decodeURIComponent(text));
  const { releases } = visibleRepository(world, caller, owner, name);
  const release = releases.find((one) => one.tag === tag && !one.draft);
  const asset = release?.assets.find((one) => one.name === file);
  if (!asset) throw notFound();
  return redirect(302, `https://release-assets.githubusercontent.com/asset/${asset.id}/${encodeURIComponent(file)}`);
}

/** release-assets.githubusercontent.com: the bytes of an asset. */
export function assetDownload(world: World, path: string): Reply {
  const id = Number(path.split('/')[2]);
  for (const asset of world.repositories.flatMap(({ releases }) => releases).flatMap(({ assets }) => assets)) {
    if (asset.id !== id) continue;
    return { status: 200, headers: { 'content-type': asset.contentType }, raw: asset.content };
  }
  throw notFound();
}

/** raw.githubusercontent.com/<owner>/<repo>/<ref>/<path>. */
export async function rawFile(world: World, caller: Caller, path: string): Promise<Reply> {
  const [, owner = '', name = '', ref = '', ...file] = decodeURIComponent(path).split('/');
  const repository = visibleRepository(world, caller, owner, name);
  const commit = await resolve(repository.directory, ref);
  const entry = commit ? await entryAt(repository, commit, file.join('/')) : undefined;
  if (entry?.type !== 'blob') throw notFound();
  const raw = await git(repository.directory, ['cat-file', 'blob', entry.sha]);
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, raw };
}
