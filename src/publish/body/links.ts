import type { Update } from '../update.js';

/** Pages of the upstream that a reviewer opens; null where the forge is not known well enough to link to it. */
export interface UpstreamLinks {
  readonly release: string;
  /** Null when the derivation names no earlier revision. */
  readonly compare: string | null;
}

type Pages = { readonly release: (tag: string) => string; readonly compare: (from: string, to: string) => string };

const forges: Readonly<Record<string, Pages>> = {
  'github.com': { release: (tag) => `/releases/tag/${tag}`, compare: (from, to) => `/compare/${from}...${to}` },
  'gitlab.com': { release: (tag) => `/-/tags/${tag}`, compare: (from, to) => `/-/compare/${from}...${to}` },
  'codeberg.org': { release: (tag) => `/src/tag/${tag}`, compare: (from, to) => `/compare/${from}...${to}` },
};

export function upstreamLinks({ driver, plan }: Pick<Update, 'driver' | 'plan'>): UpstreamLinks | null {
  const host = hostOf(plan.source.url);
  const pages = forges[host];
  if (pages === undefined || driver.owner === null || driver.repo === null) return null;
  const repository = `https://${host}/${segment(driver.owner)}/${segment(driver.repo)}`;
  const compare = driver.rev === null ? null : pages.compare(segment(driver.rev), segment(plan.rev));
  return {
    release: `${repository}${pages.release(segment(plan.rev))}`,
    compare: compare === null ? null : `${repository}${compare}`,
  };
}

/** GitHub writes "mentioned this" into a repository that is linked from a pull request, but not through this host. */
export function withoutBacklink(address: string): string {
  return address.replace(/^https:\/\/github\.com\//, 'https://redirect.github.com/');
}

function hostOf(address: string): string {
  try {
    return new URL(address).hostname;
  } catch {
    return '';
  }
}

/** A tag may hold slashes, which stay; nothing in it can end the address or the Markdown around it. */
function segment(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, ''))
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
