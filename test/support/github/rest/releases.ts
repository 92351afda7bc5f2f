import { granted } from '../http/access.js';
import { type Call, part, repositoryOf } from '../http/call.js';
import { list } from '../http/pages.js';
import { notFound, ok, type Reply, redirect } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import type { Release } from '../model/releases.js';
import { assetView, releaseView } from '../views/release.js';

export const releases: Routes = {
  'GET /repos/{owner}/{repo}/releases': {
    needs: ['contents:read'],
    handle(call) {
      const repository = repositoryOf(call);
      return list(call, visible(call), (release) => releaseView(repository, release));
    },
  },
  'GET /repos/{owner}/{repo}/releases/latest': {
    needs: ['contents:read'],
    handle: (call) => one(call, (release) => !release.draft && !release.prerelease),
  },
  'GET /repos/{owner}/{repo}/releases/tags/{tag}': {
    needs: ['contents:read'],
    handle: (call) => one(call, (release) => !release.draft && release.tag === part(call, 'tag')),
  },
  'GET /repos/{owner}/{repo}/releases/{release_id}': {
    needs: ['contents:read'],
    handle: (call) => one(call, (release) => release.id === Number(part(call, 'release_id'))),
  },
  'GET /repos/{owner}/{repo}/releases/{release_id}/assets': {
    needs: ['contents:read'],
    handle(call) {
      const repository = repositoryOf(call);
      const release = visible(call).find(({ id }) => id === Number(part(call, 'release_id')));
      if (!release) throw notFound();
      return list(call, release.assets, (asset) => assetView(repository, release, asset));
    },
  },
  'GET /repos/{owner}/{repo}/releases/assets/{asset_id}': { needs: ['contents:read'], handle: getAsset },
};

/** Newest first; drafts for those alone who may write. */
function visible(call: Call): Release[] {
  const repository = repositoryOf(call);
  const { caller } = call;
  const seesDrafts = caller.kind === 'installation' && granted(caller.token, repository, 'contents:write');
  return [...repository.releases].reverse().filter((release) => !release.draft || seesDrafts);
}

function one(call: Call, wanted: (release: Release) => boolean): Reply {
  const release = visible(call).find(wanted);
  if (!release) throw notFound();
  return ok(releaseView(repositoryOf(call), release));
}

function getAsset(call: Call): Reply {
  const repository = repositoryOf(call);
  const id = Number(part(call, 'asset_id'));
  for (const release of visible(call)) {
    const asset = release.assets.find((each) => each.id === id);
    if (!asset) continue;
    if (!(call.headers.accept ?? '').includes('application/octet-stream')) {
      return ok(assetView(repository, release, asset));
    }
    return redirect(
      302,
      `https://release-assets.githubusercontent.com/asset/${asset.id}/${encodeURIComponent(asset.name)}`,
    );
  }
  throw notFound();
}
