import { type SetValue, type StringValue, textOf, type Value } from '../nix/evaluate/values.js';
import type { RefusalCode } from '../outcome.js';
import { asString, type Derivation, type Fetch, fetchOf, packageOf } from './derivation.js';
import { ownText, patternOf } from './derivation-pattern.js';
import type { Driver } from './driver.js';

/** What a driver follows, and where nothing: why, and what a person can do about it. */
export type Following =
  | { readonly follows: Exclude<Driver['follows'], 'nothing'>; readonly pattern: string | null }
  | Nothing;

export interface Nothing {
  readonly follows: 'nothing';
  readonly pattern: null;
  readonly code: RefusalCode;
  readonly reason: string;
}

export function nothing(code: RefusalCode, reason: string): Nothing {
  return { follows: 'nothing', pattern: null, code, reason };
}

/** Fetchers whose sources can be followed; `fetchgit` needs Nix for the hash. */
const forges = new Set([
  'fetchFromGitHub',
  'fetchFromGitLab',
  'fetchFromGitea',
  'fetchFromForgejo',
  'fetchFromCodeberg',
  'fetchFromSourcehut',
  'fetchgit',
]);
const downloads = new Set(['fetchurl', 'fetchzip']);

/** Decides what a derivation follows, from its own expressions alone. */
export function classify(derivation: Derivation, files: SharedFiles, fetches: readonly SetValue[]): Following {
  const { source } = derivation;
  switch (source.kind) {
    case 'kernel':
      return nothing('kernel-source', "It is built from the kernel's own source and moves with the kernel.");
    case 'package':
      return nothing('other-package', `The source comes from ${source.name}: update that package.`);
    case 'conditional':
      return conditional(source.condition);
    case 'several':
      return nothing(
        'several-hashes',
        'The derivation has several sources (srcs), each with a hash: update it by hand.',
      );
    case 'none':
      return nothing('no-source', 'The derivation fetches no source: there is nothing to update.');
    case 'unknown':
      return nothing('source-unknown', `The source depends on ${source.name}, which the file does not tell.`);
    case 'fetch':
      return classifyFetch(derivation, source, files, fetches);
  }
}

/** What of the tree decides whether a literal belongs to the driver alone. */
export interface SharedFiles {
  /** How many hash literals a file has. */
  hashLiterals(file: string): number;
}

function classifyFetch(
  derivation: Derivation,
  fetch: Fetch,
  files: SharedFiles,
  fetches: readonly SetValue[],
): Following {
  const version = asString(derivation.version);
  if (version === null || ownText(version) === '') return withoutVersion(derivation.version);
  const shared = elsewhere(derivation, version, fetch, files);
  if (shared !== null) return shared;
  const isForge = forges.has(fetch.fetcher);
  if (!isForge && !downloads.has(fetch.fetcher)) {
    return nothing('fetcher-unknown', `The source is fetched by ${fetch.fetcher}: update it by hand.`);
  }
  const hash = withoutHash(fetch);
  if (hash !== null) return hash;
  const following = isForge ? followRevision(version, fetch) : followUrl(version, fetch);
  if (following.follows === 'nothing' || following.follows === 'branch') return following;
  return severalDownloads(derivation, version, fetch, fetches) ?? following;
}

function followRevision(version: StringValue, fetch: Fetch): Following {
  const revision = asString(fetch.revision?.value);
  if (revision === null) return nothing('source-unknown', 'The revision of the source cannot be read from the file.');
  const text = textOf(revision);
  const outcome = patternOf(version, revision);
  if (outcome.outcome === 'pattern') return { follows: 'tag', pattern: outcome.pattern };
  if (text !== null && isCommit(text)) return { follows: 'branch', pattern: null };
  if (outcome.outcome === 'computed') return computed('revision', outcome.name);
  if (outcome.outcome === 'several') return severalPlaces();
  return nothing(
    'version-not-in-revision',
    `The version ${ownText(version)} and the revision ${text} are written independently of each other: update both by hand.`,
  );
}

function followUrl(version: StringValue, fetch: Fetch): Following {
  const url = asString(fetch.url);
  if (url === null) return nothing('source-unknown', 'The URL of the source cannot be read from the file.');
  const outcome = patternOf(version, url);
  if (outcome.outcome === 'pattern') return { follows: 'url', pattern: outcome.pattern };
  if (/(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/.test(textOf(url) ?? '')) return { follows: 'branch', pattern: null };
  if (outcome.outcome === 'computed') return computed('URL', outcome.name);
  if (outcome.outcome === 'several') return severalPlaces();
  return nothing(
    'version-not-in-revision',
    `The URL does not contain the version ${ownText(version)}: nothing says where the next one is.`,
  );
}

function severalPlaces(): Nothing {
  return nothing('several-places', 'The version is put together from several literals: update it by hand.');
}

function computed(what: 'revision' | 'URL', name: string): Nothing {
  return nothing('revision-computed', `The ${what} depends on ${name}, which cannot be undone: update it by hand.`);
}

/** A whole commit, or a short one: hexadecimal digits of which some are letters and some are not. */
function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text) || (/^[0-9a-f]{7,39}$/.test(text) && /[a-f]/.test(text) && /[0-9]/.test(text));
}

/** A source that is one of several, as a condition says. */
export function conditional(condition: string): Nothing {
  if (/system|platform/i.test(condition)) {
    return nothing('several-hashes', `The source differs by architecture (${condition}): update each by hand.`);
  }
  return nothing('conditional-source', `The source depends on ${condition}: update each branch by hand.`);
}

function withoutVersion(version: Value | null): Nothing {
  const parts = version?.type === 'string' ? version.parts : [];
  const names =
    version?.type === 'opaque' ? [version.name] : parts.flatMap((part) => (part.kind === 'opaque' ? [part.name] : []));
  const other = names.map(packageOf).find((name) => name !== null && name !== 'kernel');
  if (other !== undefined && other !== null) {
    return nothing('other-package', `The version comes from ${other}: update that package.`);
  }
  return nothing('version-unknown', 'The version of the driver cannot be read from the file: update it by hand.');
}

function withoutHash(fetch: Fetch): Nothing | null {
  const value = fetch.hash?.value;
  if (value !== undefined && textOf(value) !== null && textOf(value) !== '') return null;
  const name = value?.type === 'opaque' ? value.name : value?.type === 'choice' ? value.condition : '';
  if (/system|platform/i.test(name)) {
    return nothing('several-hashes', `The hash differs by architecture (${name}): update each by hand.`);
  }
  return nothing('hash-unknown', 'The hash of the source is no literal in the file: update it by hand.');
}

/** A version or hash that other packages read as well, or that stands beside their hashes. */
function elsewhere(derivation: Derivation, version: StringValue, fetch: Fetch, files: SharedFiles): Nothing | null {
  const folder = derivation.file.slice(0, derivation.file.lastIndexOf('/') + 1);
  const hash = asString(fetch.hash?.value);
  for (const part of [...version.parts, ...(hash?.parts ?? [])]) {
    if (part.kind !== 'literal' || part.origin.file === derivation.file) continue;
    const { file } = part.origin;
    if (!file.startsWith(folder)) {
      return nothing(
        'other-package',
        `The source comes from ${file}, which other packages read too: update it by hand.`,
      );
    }
    if (files.hashLiterals(file) > 1) {
      return nothing('several-hashes', `${file} holds one version with several hashes: update it by hand.`);
    }
  }
  return null;
}

/** Another download of the same version has a hash of its own. */
function severalDownloads(
  derivation: Derivation,
  version: StringValue,
  fetch: Fetch,
  fetches: readonly SetValue[],
): Nothing | null {
  const more = [...derivation.attributes.attributes.keys()].find((name) =>
    /^(?:vendor|cargo|npmDeps|yarnDeps)(?:Hash|Sha256)$/.test(name),
  );
  if (more !== undefined) return nothing('several-hashes', `${more} changes with the version too: update it by hand.`);
  const own = new Set(version.parts.flatMap((part) => (part.kind === 'literal' ? [key(part.origin)] : [])));
  const patches = new Set(fetchesIn(derivation.attributes.attributes.get('patches')?.force()));
  for (const set of fetches) {
    const other = fetchOf(set);
    if (other === null || other.hash === null || key(other.place) === key(fetch.place)) continue;
    const parts = [other.revision?.value, other.url].flatMap((value) => asString(value)?.parts ?? []);
    if (parts.some((part) => part.kind === 'literal' && own.has(key(part.origin)))) {
      return nothing(
        'several-hashes',
        `Another ${other.fetcher} of the same version has a hash of its own: update it by hand.`,
      );
    }
    const isOwn = other.place.file === derivation.file || other.place.file === fetch.place.file;
    if (isOwn && !other.fetcher.startsWith('fetchpatch') && !patches.has(key(other.place))) {
      return nothing(
        'several-hashes',
        `The derivation has a second ${other.fetcher} with a hash of its own, which may belong to the version: update both by hand.`,
      );
    }
  }
  return null;
}

/** Where the downloads stand that a list holds. */
function fetchesIn(value: Value | undefined): readonly string[] {
  if (value?.type === 'list') return value.items.flatMap((item) => fetchesIn(item.force()));
  if (value?.type === 'choice') return value.branches.flatMap((branch) => fetchesIn(branch.force()));
  return value?.type === 'set' && value.made !== null ? [key(value.made.place)] : [];
}

function key(origin: { readonly file: string; readonly start: number }): string {
  return `${origin.start} ${origin.file}`;
}
