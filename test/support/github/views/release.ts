import { createHash } from 'node:crypto';
import type { Asset, Release } from '../model/releases.js';
import { nodeId, type Repository } from '../world.js';
import { accountView } from './account.js';
import { repositoryPage, repositoryUrl } from './repository.js';

export function assetView(repository: Repository, release: Release, asset: Asset) {
  const file = `${encodeURIComponent(release.tag)}/${encodeURIComponent(asset.name)}`;
  return {
    url: `${repositoryUrl(repository)}/releases/assets/${asset.id}`,
    id: asset.id,
    node_id: nodeId('RA', asset.id),
    name: asset.name,
    label: '',
    uploader: accountView(release.author),
    content_type: asset.contentType,
    state: 'uploaded',
    size: asset.content.length,
    digest: `sha256:${createHash('sha256').update(asset.content).digest('hex')}`,
    download_count: 0,
    created_at: asset.createdAt,
    updated_at: asset.createdAt,
    browser_download_url: `${repositoryPage(repository)}/releases/download/${file}`,
  };
}

export function releaseView(repository: Repository, release: Release) {
  const url = `${repositoryUrl(repository)}/releases/${release.id}`;
  const tag = encodeURIComponent(release.tag);
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url.replace('//api.', '//uploads.')}/assets{?name,label}`,
    html_url: `${repositoryPage(repository)}/releases/tag/${tag}`,
    id: release.id,
    node_id: nodeId('RE', release.id),
    author: accountView(release.author),
    tag_name: release.tag,
    target_commitish: repository.defaultBranch,
    name: release.name,
    body: release.body,
    draft: release.draft,
    immutable: false,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    updated_at: release.createdAt,
    published_at: release.draft ? null : release.createdAt,
    assets: release.assets.map((asset) => assetView(repository, release, asset)),
    tarball_url: `${repositoryUrl(repository)}/tarball/${tag}`,
    zipball_url: `${repositoryUrl(repository)}/zipball/${tag}`,
  };
}
