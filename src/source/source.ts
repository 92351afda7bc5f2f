/**
 * The source that a derivation will fetch after the edit, in the terms of nixpkgs' fetchers: enough to compute its hash
 * without Nix where the built-in hasher models the fetcher.
 */
export interface Source {
  readonly fetcher: string;
  /** What is downloaded: for forge fetchers the archive's URL, exactly as nixpkgs' fetcher builds it. */
  readonly url: string;
  /** `nar`: hash of the unpacked tree (fetchzip and the forge fetchers); `flat`: of the file itself (fetchurl). */
  readonly mode: 'nar' | 'flat';
  readonly stripRoot: boolean;
  /** What the built-in hasher does not model (`fetchSubmodules`, `postFetch`, …): then only Nix can compute the hash. */
  readonly needsNix: readonly string[];
  /** Commit that the tag points at, when known: the archive's pax header must name it. */
  readonly commit?: string;
  /** SHA-256 of the downloaded file in hexadecimal, where the forge states it: an asset that was exchanged is refused. */
  readonly sha256?: string;
}

/** A source hash in SRI form, `sha256-` and padded base64. */
export interface SourceHash {
  readonly hash: string;
  /** Every way that computed it; two or more had to agree. */
  readonly hashedBy: readonly ('builtin' | 'nix' | 'container' | 'given')[];
}
