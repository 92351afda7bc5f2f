import { type Refused, refused } from '../outcome.js';
import type { Source } from './source.js';

/** What static evaluation knows of one argument; `undefined` for one that it could not evaluate. */
export type ArgumentValue = string | boolean | null | readonly ArgumentValue[] | undefined;

/** A fetcher as the derivation calls it. */
export interface FetcherCall {
  /** `fetchFromGitHub`, `fetchzip`, … */
  readonly fetcher: string;
  /** Every argument that is passed, also those that could not be evaluated. */
  readonly arguments: ReadonlyMap<string, ArgumentValue>;
}

/** How one fetcher of nixpkgs turns its arguments into a download. */
interface FetcherModel {
  readonly mode: Source['mode'];
  /** Arguments that say where the source is, beside those that every fetcher takes. */
  readonly understood: readonly string[];
  readonly url: (call: Reader) => string | null;
}

/**
 * Arguments that change neither the archive nor its hash. Anything that is neither here nor understood by the fetcher's
 * model is left to Nix, unless it has the value that nixpkgs gives it by default.
 */
const harmless = new Set(['name', 'pname', 'version', 'meta', 'passthru', 'hash', 'sha256', 'preferLocalBuild']);

const forge = ['owner', 'repo', 'rev', 'tag'];

/** Rules read from `pkgs/build-support/fetch*` of nixpkgs. */
const models: Readonly<Record<string, FetcherModel>> = {
  fetchFromGitHub: {
    mode: 'nar',
    understood: [...forge, 'githubBase'],
    url: (call) => archive(call, call.text('githubBase', 'github.com')),
  },
  fetchFromGitea: { mode: 'nar', understood: [...forge, 'domain'], url: (call) => archive(call, call.text('domain')) },
  fetchFromForgejo: {
    mode: 'nar',
    understood: [...forge, 'domain'],
    url: (call) => archive(call, call.text('domain')),
  },
  fetchFromCodeberg: {
    mode: 'nar',
    understood: [...forge, 'domain'],
    url: (call) => archive(call, call.text('domain', 'codeberg.org')),
  },
  fetchFromGitLab: { mode: 'nar', understood: [...forge, 'domain', 'group', 'protocol'], url: gitLabArchive },
  fetchFromSourcehut: { mode: 'nar', understood: [...forge, 'domain'], url: sourcehutArchive },
  fetchzip: { mode: 'nar', understood: ['url', 'urls', 'stripRoot', 'extension'], url: firstUrl },
  fetchurl: { mode: 'flat', understood: ['url', 'urls'], url: firstUrl },
  fetchgit: { mode: 'nar', understood: ['url', 'rev', 'tag'], url: (call) => call.text('url') },
};

/** Values that nixpkgs' fetchers have by default: passing them changes nothing. */
const defaults: Readonly<Record<string, readonly ArgumentValue[]>> = {
  vc: ['git'],
  leaveDotGit: [false, null],
};

/**
 * The download that a fetcher call stands for: the archive's exact URL, how it is hashed, and what only Nix can do.
 * Refused when a fetcher is not known or an argument that the URL is made of could not be evaluated.
 */
export function modelSource(call: FetcherCall): Source | Refused {
  const model = models[call.fetcher];
  if (!Object.hasOwn(models, call.fetcher) || model === undefined) {
    return refused('fetcher-unknown', `The source is fetched by ${call.fetcher}, whose downloads are not understood.`);
  }
  const url = model.url(new Reader(call));
  if (url === null || !isDownload(url)) {
    return refused('source-unknown', `The address that ${call.fetcher} downloads cannot be read from the file.`);
  }
  return {
    fetcher: call.fetcher,
    url,
    mode: model.mode,
    stripRoot: call.arguments.get('stripRoot') !== false,
    needsNix: beyondBuiltIn(call, model, url),
  };
}

/** What of this call the built-in hasher does not model. */
function beyondBuiltIn(call: FetcherCall, model: FetcherModel, url: string): readonly string[] {
  const names = [...call.arguments]
    .filter(([name, value]) => !harmless.has(name) && !model.understood.includes(name) && !isDefault(name, value))
    .map(([name]) => name);
  if (call.fetcher === 'fetchgit') names.unshift('fetchgit');
  if (url.startsWith('mirror://')) names.unshift('mirror://');
  const stripRoot = call.arguments.get('stripRoot');
  if (call.arguments.has('stripRoot') && typeof stripRoot !== 'boolean') names.push('stripRoot');
  return names;
}

function isDefault(name: string, value: ArgumentValue): boolean {
  const known = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
  if (known !== undefined) return known.includes(value);
  return value === false || value === '' || (Array.isArray(value) && value.length === 0);
}

/** GitHub's archive, which Gitea and its kin answer too. A tag is asked for in full: a branch of that name is another thing. */
function archive(call: Reader, domain: string | null): string | null {
  const [owner, repo, revision] = [call.text('owner'), call.text('repo'), call.revision()];
  if (domain === null || owner === null || repo === null || revision === null) return null;
  return `https://${domain}/${owner}/${repo}/archive/${revision}.tar.gz`;
}

/** GitLab's API escapes the project once, and of the revision only what a query string would misread. */
function gitLabArchive(call: Reader): string | null {
  const [owner, repo, revision] = [call.text('owner'), call.text('repo'), call.revision()];
  const [domain, protocol] = [call.text('domain', 'gitlab.com'), call.text('protocol', 'https')];
  const group = call.optionalText('group');
  if (owner === null || repo === null || revision === null || domain === null || protocol === null) return null;
  if (group === undefined) return null;
  const project = [...(group === null ? [] : [group]), owner, repo].join('/');
  const slug = project.replaceAll('.', '%2E').replaceAll('/', '%2F');
  const sha = revision.replace(/[+%/]/g, (character) => encodeURIComponent(character));
  return `${protocol}://${domain}/api/v4/projects/${slug}/repository/archive.tar.gz?sha=${sha}`;
}

/** Sourcehut knows no `refs/tags/`: tag and rev are written alike. */
function sourcehutArchive(call: Reader): string | null {
  const [owner, repo, domain] = [call.text('owner'), call.text('repo'), call.text('domain', 'sr.ht')];
  const revision = call.optionalText('tag') ?? call.text('rev');
  if (owner === null || repo === null || domain === null || revision === null) return null;
  return `https://git.${domain}/${owner}/${repo}/archive/${revision}.tar.gz`;
}

function firstUrl(call: Reader): string | null {
  const urls = call.get('urls');
  return Array.isArray(urls) && typeof urls[0] === 'string' ? urls[0] : call.text('url');
}

function isDownload(url: string): boolean {
  if (/[^\x21-\x7e]|["'<>\\^`{|}]/.test(url)) return false;
  return URL.canParse(url) && ['http:', 'https:', 'ftp:', 'mirror:', 'git:'].includes(new URL(url).protocol);
}

/** Reads the arguments of one call; null means that the URL cannot be known. */
class Reader {
  readonly #arguments: FetcherCall['arguments'];

  constructor(call: FetcherCall) {
    this.#arguments = call.arguments;
  }

  get(name: string): ArgumentValue {
    return this.#arguments.get(name);
  }

  text(name: string, otherwise: string | null = null): string | null {
    if (!this.#arguments.has(name)) return otherwise;
    const value = this.get(name);
    return typeof value === 'string' && value !== '' ? value : null;
  }

  /** A string, null when it is absent or null in Nix, undefined when it could not be evaluated. */
  optionalText(name: string): string | null | undefined {
    if (!this.#arguments.has(name)) return null;
    const value = this.get(name);
    return typeof value === 'string' || value === null ? value : undefined;
  }

  /** What nixpkgs asks the forge for: `refs/tags/<tag>`, or the rev as it stands. Null when neither or both are known. */
  revision(): string | null {
    const [tag, rev] = [this.optionalText('tag'), this.optionalText('rev')];
    if (tag === undefined || rev === undefined) return null;
    if (typeof tag === 'string') return rev === null && tag !== '' ? `refs/tags/${tag}` : null;
    return rev === '' ? null : rev;
  }
}
