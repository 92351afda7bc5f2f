import { select } from '../nix/evaluate/sets.js';
import {
  nameOf,
  type Place,
  type SetValue,
  type StringValue,
  type Thunk,
  textOf,
  type Value,
} from '../nix/evaluate/values.js';
import { versionOfName } from './derivation-name.js';

/** The static facts of one derivation: what it is made of, and where each character of that stands. */
export interface Derivation {
  /** The package's own file, relative to the nixpkgs root: what `callPackage` was given. */
  readonly file: string;
  /** What `mkDerivation` was given. */
  readonly attributes: SetValue;
  /** `version`, or the version inside `name`; a value that is not a string says by its name what it depends on. */
  readonly version: Value | null;
  readonly source: DerivationSource;
}

type DerivationSource =
  | Fetch
  /** `src = other-package.src` */
  | { readonly kind: 'package'; readonly name: string }
  /** `src = kernel.src` */
  | { readonly kind: 'kernel' }
  /** `src = if … then … else …` */
  | { readonly kind: 'conditional'; readonly condition: string }
  /** `srcs = [ … ]` */
  | { readonly kind: 'several' }
  /** A file of nixpkgs, or no source at all. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly name: string };

/** One call of a fetcher. */
export interface Fetch {
  readonly kind: 'fetch';
  /** `fetchFromGitHub` */
  readonly fetcher: string;
  /** The whole call. */
  readonly place: Place;
  /** Every argument that it passes; `force()` gives its value. */
  readonly arguments: ReadonlyMap<string, Thunk>;
  /** `rev` or `tag`, whichever is given. */
  readonly revision: { readonly attribute: 'rev' | 'tag'; readonly value: Value } | null;
  /** The first of `url` or `urls`. */
  readonly url: Value | null;
  readonly hash: { readonly attribute: 'hash' | 'sha256'; readonly value: Value } | null;
}

/** The facts of a value, or null when it is no derivation. `packageFile` is used where the value does not know its own. */
export function derivationOf(value: Value, packageFile: string): Derivation | null {
  const solid = solidOf(value);
  if (solid.type !== 'set' || solid.made === null || /^fetch/.test(solid.made.function)) return null;
  const source = sourceOf(solid);
  return {
    file: solid.made.packageFile ?? packageFile,
    attributes: solid,
    version: versionOf(solid, source),
    source,
  };
}

/** The one branch of a condition that gives something, where the other gives `null` or throws; else what is thrown. */
export function solidOf(value: Value): Value {
  if (value.type !== 'choice') return value;
  const branches = value.branches.map((branch) => solidOf(branch.force()));
  const solid = branches.filter((branch) => branch.type !== 'null' && branch.type !== 'failure');
  if (solid.length > 1) return value;
  return solid[0] ?? branches.find((branch) => branch.type === 'failure') ?? value;
}

/** A fetcher's call, if the value is one. */
export function fetchOf(value: Value): Fetch | null {
  if (value.type !== 'set' || value.made === null) return null;
  const { attributes } = value;
  const given = (name: string) => attributes.get(name)?.force() ?? null;
  const [tag, rev] = [given('tag'), given('rev')];
  const revision =
    tag !== null && tag.type !== 'null'
      ? ({ attribute: 'tag', value: tag } as const)
      : rev === null || rev.type === 'null'
        ? null
        : ({ attribute: 'rev', value: rev } as const);
  const hash = (['hash', 'sha256'] as const).flatMap((attribute) => {
    const literal = given(attribute);
    return literal === null ? [] : [{ attribute, value: literal }];
  });
  const urls = given('urls');
  return {
    kind: 'fetch',
    fetcher: value.made.function,
    place: value.made.place,
    arguments: attributes,
    revision,
    url: given('url') ?? (urls?.type === 'list' ? (urls.items[0]?.force() ?? null) : urls),
    hash: hash[0] ?? null,
  };
}

function sourceOf(derivation: SetValue): DerivationSource {
  const several = derivation.attributes.get('srcs')?.force();
  if (several !== undefined && several.type !== 'null') return { kind: 'several' };
  const given = derivation.attributes.get('src')?.force();
  if (given === undefined) {
    return derivation.rest?.name.startsWith('the result of ') ? { kind: 'none' } : unknownSource(derivation);
  }
  const source = solidOf(given);
  if (source.type === 'choice') return { kind: 'conditional', condition: source.condition };
  if (source.type === 'path' || source.type === 'null' || source.type === 'string') return { kind: 'none' };
  const fetch = fetchOf(source);
  if (fetch !== null && /^fetch|^requireFile$/.test(fetch.fetcher)) return fetch;
  return fromElsewhere(source);
}

/** Attributes that came from an unknown set: `mkDerivation (common // { … })`. */
function unknownSource(derivation: SetValue): DerivationSource {
  return fromElsewhere(derivation.rest ?? select(derivation, 'src'));
}

function fromElsewhere(value: Value): DerivationSource {
  const name = nameOf(value);
  if (/^kernel(?:\.|$)/.test(name)) return { kind: 'kernel' };
  const other = packageOf(name);
  return other === null ? { kind: 'unknown', name } : { kind: 'package', name: other };
}

/** The package that an unknown value belongs to: `looking-glass-client` of `looking-glass-client.src`. */
export function packageOf(name: string): string | null {
  return /^(?:pkgs\.)?([A-Za-z_][\w'-]*)\.[\w.'-]+$/.exec(name)?.[1] ?? null;
}

function versionOf(derivation: SetValue, source: DerivationSource): Value | null {
  const version = derivation.attributes.get('version')?.force();
  if (version !== undefined && version.type !== 'null') return version;
  const name = derivation.attributes.get('name');
  const written = name?.force();
  if (written?.type !== 'string') return null;
  const revision = source.kind === 'fetch' ? (source.revision?.value ?? source.url) : null;
  return versionOfName(written, revision?.type === 'string' ? revision : null);
}

/** The text of a string argument of a fetcher, or null when it is not known or not given. */
export function argumentText(fetch: Fetch, name: string): string | null {
  const value = fetch.arguments.get(name)?.force();
  return value === undefined ? null : textOf(value);
}

/** A string value, or null. */
export function asString(value: Value | null | undefined): StringValue | null {
  return value?.type === 'string' ? value : null;
}
