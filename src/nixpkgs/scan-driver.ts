import { resolvePath } from '../nix/evaluate/paths.js';
import { type Thunk, textOf, type Value } from '../nix/evaluate/values.js';
import { childrenOf } from '../nix/syntax/children.js';
import { positionOf } from '../nix/syntax/syntax-error.js';
import type { Node } from '../nix/syntax/tree.js';
import { argumentText, asString, type Derivation, derivationOf, type Fetch, packageOf, solidOf } from './derivation.js';
import { fileOf } from './derivation-functions.js';
import { ownText } from './derivation-pattern.js';
import type { Driver, HashLiteral } from './driver.js';
import { classify, conditional, type Following, type Nothing, nothing } from './scan-classify.js';
import { type KernelScope, scopeFile } from './scan-scope.js';

/** One attribute of the scope as the contract of `modprobot scan` shows it. */
export function driverOf(attr: string, thunk: Thunk, scope: KernelScope): Driver {
  scope.evaluator.refuel();
  const registered = registeredFile(thunk);
  const value = solidOf(thunk.force());
  const derivation = derivationOf(value, registered ?? scopeFile);
  const alias = aliasOf(thunk);
  if (derivation === null) return unfollowed(attr, registered ?? scopeFile, whyNoDerivation(value, registered));
  if (alias !== null) return unfollowed(attr, derivation.file, nothing('alias', `It is another name of ${alias}.`));
  forceAll(derivation.attributes, 0);
  const files = { hashLiterals: (file: string) => hashLiterals(file, scope) };
  const near = scope.fetches.filter((fetch) => isNear(fetch.made?.place.file, derivation));
  return described(attr, derivation, classify(derivation, files, near), scope);
}

function described(attr: string, derivation: Derivation, following: Following, scope: KernelScope): Driver {
  const { source } = derivation;
  const fetch = source.kind === 'fetch' ? source : null;
  const version = asString(derivation.version);
  const revision = fetch?.revision == null ? null : textOf(fetch.revision.value);
  const reasons = following.follows === 'nothing' ? { code: following.code, reason: following.reason } : {};
  return {
    attr,
    file: derivation.file,
    fetcher: fetch?.fetcher ?? null,
    owner: fetch === null ? null : argumentText(fetch, 'owner'),
    repo: fetch === null ? null : argumentText(fetch, 'repo'),
    url: fetch === null ? null : urlOf(fetch),
    pattern: following.pattern,
    version: version === null || ownText(version) === '' ? null : ownText(version),
    rev: revision?.replace(/^refs\/tags\//, '') ?? null,
    hash: fetch === null ? null : hashOf(fetch, scope),
    follows: following.follows,
    ...reasons,
  };
}

/** The URL that is downloaded; for a forge at a domain or in a group of its own, its repository. */
function urlOf(fetch: Fetch): string | null {
  if (fetch.url !== null) return textOf(fetch.url);
  const given = (name: string) => argumentText(fetch, name);
  const [owner, repo, group] = [given('owner'), given('repo'), given('group')];
  const domain = given('domain') ?? given('githubBase') ?? (group === null ? null : 'gitlab.com');
  if (domain === null || owner === null || repo === null) return null;
  const host = fetch.fetcher === 'fetchFromSourcehut' ? `git.${domain}` : domain;
  return ['https:/', host, ...(group === null ? [] : [group]), owner, repo].join('/');
}

function hashOf(fetch: Fetch, scope: KernelScope): HashLiteral | null {
  const value = asString(fetch.hash?.value);
  const [part] = value?.parts ?? [];
  if (fetch.hash === null || value?.parts.length !== 1 || part?.kind !== 'literal') return null;
  const { file, start } = part.origin;
  const read = scope.evaluator.read(file);
  const line = typeof read === 'string' ? 1 : positionOf(read.text, start).line;
  return { attribute: fetch.hash.attribute, value: part.text, file, line };
}

function whyNoDerivation(value: Value, registered: string | null): Nothing {
  if (value.type === 'failure') return nothing('removed', `nixpkgs says: ${value.message}`);
  if (value.type === 'choice') return conditional(value.condition);
  if (value.type !== 'opaque') return nothing('not-a-module', `It is a ${value.type}, not a package.`);
  if (/^kernel(?:\.|$)/.test(value.name)) return nothing('not-a-module', 'It is a part of the kernel, not a module.');
  const other = packageOf(value.name.replace(/\(…\)$/, ''));
  if (/^pkgs\.[\w'-]+$/.test(value.name)) {
    return nothing('alias', `It is another name of ${value.name}, which does not depend on the kernel.`);
  }
  if (other !== null && other !== 'lib')
    return nothing('other-package', `It comes from ${other}: update that package.`);
  if (registered === null) return nothing('not-a-module', 'It is a helper of the scope, not a module.');
  return nothing('source-unknown', `It depends on ${value.name}, which cannot be read without Nix.`);
}

function unfollowed(attr: string, file: string, why: Nothing): Driver {
  const unknown = { fetcher: null, owner: null, repo: null, url: null, version: null, rev: null, hash: null };
  return { attr, file, ...unknown, ...why };
}

/** The path that the registration names, for attributes whose value does not know its file. */
function registeredFile(thunk: Thunk): string | null {
  if (thunk.source === null) return null;
  const path = firstPath(thunk.source.expression);
  const resolved = path === null ? null : resolvePath(path, thunk.source.file).path;
  return resolved === null ? null : fileOf(resolved);
}

function firstPath(node: Node): (Node & { readonly type: 'path' }) | null {
  if (node.type === 'path') return node;
  for (const child of childrenOf(node)) {
    const found = firstPath(child);
    if (found !== null) return found;
  }
  return null;
}

/** The other attribute that this one is a name of: `rtlwifi_new = rtw88`. */
function aliasOf(thunk: Thunk): string | null {
  const expression = thunk.source?.expression;
  return expression?.type === 'variable' ? expression.name : null;
}

/** Evaluates what a derivation is made of, so that every fetcher's call in it is seen. */
function forceAll(value: Value, depth: number): void {
  if (depth > 4) return;
  const next = depth + 1;
  if (value.type === 'list') for (const item of value.items) forceAll(item.force(), next);
  if (value.type === 'choice') for (const branch of value.branches) forceAll(branch.force(), next);
  if (value.type === 'set') for (const attribute of value.attributes.values()) forceAll(attribute.force(), next);
}

/** Calls in the derivation's own folder. */
function isNear(file: string | undefined, derivation: Derivation): boolean {
  return file?.startsWith(derivation.file.slice(0, derivation.file.lastIndexOf('/') + 1)) ?? false;
}

/** SHA-256 in any of the forms that nixpkgs writes. */
function hashLiterals(file: string, scope: KernelScope): number {
  const read = scope.evaluator.read(file);
  if (typeof read === 'string') return 0;
  return read.text.match(/"(?:sha256-[A-Za-z0-9+/]{43}=|[0-9a-z]{52}|[0-9a-f]{64}|[A-Za-z0-9+/]{43}=)"/g)?.length ?? 0;
}
