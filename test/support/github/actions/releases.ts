import { readRef } from '../git.js';
import type { Asset, Release } from '../model/releases.js';
import { releaseView } from '../views/release.js';
import type { Repository, World } from '../world.js';
import { pushTag } from './repositories.js';

export interface ReleaseOptions {
  /** Made at the head of the default branch if it is not there. */
  readonly tag: string;
  readonly name?: string;
  readonly body?: string;
  readonly draft?: boolean;
  readonly prerelease?: boolean;
  readonly by?: string;
  readonly assets?: Readonly<Record<string, string | Buffer>>;
}

export async function publishRelease(world: World, repository: Repository, options: ReleaseOptions): Promise<Release> {
  const { tag, draft = false } = options;
  const exists = await readRef(repository.directory, `refs/tags/${tag}`);
  if (!exists && !draft) await pushTag(world, repository, { name: tag, ...(options.by ? { by: options.by } : {}) });
  const release: Release = {
    id: world.nextId(),
    tag,
    name: options.name ?? tag,
    body: options.body ?? '',
    draft,
    prerelease: options.prerelease ?? false,
    author: options.by === undefined ? repository.owner : world.account(options.by),
    createdAt: world.now(),
    assets: [],
  };
  for (const [name, content] of Object.entries(options.assets ?? {})) addAsset(world, release, name, content);
  repository.releases.push(release);
  for (const action of draft
    ? ['created']
    : ['created', 'published', release.prerelease ? 'prereleased' : 'released']) {
    const payload = { release: releaseView(repository, release) };
    world.hooks.emit({ name: 'release', action, sender: release.author, repository, payload });
  }
  return release;
}

/** Uploads an asset: months after the release, perhaps. GitHub tells nobody. */
export function addAsset(world: World, release: Release, name: string, content: string | Buffer): Asset {
  const asset: Asset = {
    ...{ id: world.nextId(), name, content: Buffer.from(content), createdAt: world.now() },
    contentType: 'application/octet-stream',
  };
  release.assets.push(asset);
  return asset;
}
