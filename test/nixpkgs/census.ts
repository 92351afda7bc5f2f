/** Evaluated facts of one real module, as `../shared/data/derivations.json` holds them. */
export interface KnownModule {
  readonly attr: string;
  readonly path: string;
  readonly src_kind: string;
  readonly mkDerivation_style: 'plain' | 'rec' | 'finalAttrs' | 'other';
  readonly fetcher: string | null;
  readonly owner: string | null;
  readonly repo: string | null;
  readonly domain: string | null;
  readonly url: string | null;
  readonly rev: string | null;
  readonly tag: string | null;
  readonly hash: string | null;
  readonly sha256: string | null;
  readonly version: string | null;
  readonly version_expression: readonly string[];
  readonly rev_expression: readonly (readonly [string, string])[];
}

/** The kernel with which the facts were evaluated. */
const kernel = '6.12.63';

/** The driver's own version: without the kernel and what joins the two. */
export function ownVersion(module: KnownModule): string | null {
  const version = module.version ?? lastLiteral(module.version_expression);
  if (version === null || version.startsWith('VERSION-OF')) return null;
  return version.replace(`${kernel}-`, '').replace(`-${kernel}`, '');
}

/**
 * A derivation in the shape of the real one: its own expressions for version and revision, around facts that the data give.
 * Null for shapes whose expressions the data do not hold.
 */
export function derivationLike(module: KnownModule): string | null {
  const source = sourceLike(module);
  if (source === null) return null;
  const [last = '', ...earlier] = [...module.version_expression].reverse();
  const bindings = earlier.map((expression) => `version = ${expression};`);
  for (const name of namesIn([last, ...module.rev_expression.map(([, text]) => text)].join(' '))) {
    const value = name === 'rev-prefix' ? prefixOf(module) : ownVersion(module);
    if (earlier.length === 0 && name !== 'version') bindings.push(`${name} = "${value}";`);
  }
  // `mxu_version + "…"`: what is added depends on the kernel, in ways that the data do not hold.
  if (last === '' || last.includes(' + ')) return null;
  const outside = module.version !== null && earlier.length === 0 && needsLet(module);
  if (module.version === null || outside) bindings.push(`version = ${last};`);
  const own = outside ? 'inherit version;' : `version = ${last};`;
  const version = module.version === null ? 'name = "module-${version}-${kernel.version}";' : own;
  const attributes = `pname = "module"; ${version} ${source}`;
  const body =
    module.mkDerivation_style === 'finalAttrs'
      ? `(finalAttrs: { ${attributes} })`
      : `${module.mkDerivation_style === 'rec' ? 'rec ' : ''}{ ${attributes} }`;
  const scope = bindings.length === 0 ? '' : `let ${bindings.join(' ')} in `;
  return `{ lib, stdenv, kernel, ${(module.fetcher ?? '').replace(/.*:/, '')} }: ${scope}stdenv.mkDerivation ${body}`;
}

function sourceLike(module: KnownModule): string | null {
  if (module.src_kind === 'KERNEL-SRC' || module.fetcher === 'KERNEL-SRC') return 'src = kernel.src;';
  if (module.fetcher?.startsWith('SRC-OF:')) return `src = ${module.fetcher.slice('SRC-OF:'.length)}.src;`;
  if (module.fetcher === null) return null;
  const [revision] = module.rev_expression;
  const isForge = module.fetcher.startsWith('fetchFrom') || module.fetcher === 'fetchgit';
  if (isForge && revision === undefined) return null;
  const given = (name: string, value: string | null) => (value === null ? '' : `${name} = "${value}";`);
  const { owner, repo, url, hash, sha256 } = module;
  const facts = [given('owner', owner), given('repo', repo), given('url', url), given('hash', hash)].join(' ');
  const pinned = revision === undefined || !isForge ? '' : `${revision[0]} = ${revision[1]};`;
  return `src = ${module.fetcher} { ${facts} ${given('sha256', sha256)} ${pinned} };`;
}

/** Variables of the expressions that the data do not define. */
function namesIn(text: string): readonly string[] {
  const names = [...text.matchAll(/\$\{([a-z][\w-]*)\}/gi)].map((match) => match[1] ?? '');
  return [...new Set(names)].filter((name) => name !== 'version' || !text.includes('finalAttrs'));
}

/** A plain set cannot refer to its own version, so the revision reads a `let` around it. */
function needsLet(module: KnownModule): boolean {
  const reads = module.rev_expression.some(([, text]) => /\bversion\b/.test(text));
  return module.mkDerivation_style === 'plain' && reads;
}

function prefixOf(module: KnownModule): string {
  return (module.rev ?? module.tag ?? '').replace(ownVersion(module) ?? '', '');
}

function lastLiteral(expressions: readonly string[]): string | null {
  return /^"([^"$]*)"$/.exec(expressions.at(-1) ?? '')?.[1] ?? null;
}
