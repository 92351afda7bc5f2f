/** A file of a GitHub release, as its download address names it. */
export interface AssetAddress {
  readonly owner: string;
  readonly repo: string;
  readonly tag: string;
  readonly asset: string;
}

/** Reads `https://github.com/<owner>/<repo>/releases/download/<tag>/<asset>`; null for every other address. */
export function readAssetAddress(url: string): AssetAddress | null {
  const found = /^https:\/\/github\.com\/([^/]+)\/([^/]+)\/releases\/download\/(.+)\/([^/]+)$/.exec(url);
  if (found === null) return null;
  const [, owner = '', repo = '', tag = '', asset = ''] = found;
  return { owner, repo, tag, asset };
}

/** All of the address before the tag. */
export function downloadsOf({ owner, repo }: Pick<AssetAddress, 'owner' | 'repo'>): string {
  return `https://github.com/${owner}/${repo}/releases/download/`;
}
