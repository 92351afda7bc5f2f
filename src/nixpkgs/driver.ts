import type { RefusalCode } from '../outcome.js';

/**
 * What is tracked: one attribute of nixpkgs' kernel package scope, with what its derivation says of its source.
 * The shape is the contract of `modprobot scan --json`.
 */
export interface Driver {
  /** Attribute inside the scope: `v4l2loopback` of `linuxKernel.packages.linux_6_12.v4l2loopback`. */
  readonly attr: string;
  /** Path of the derivation relative to the nixpkgs root, with forward slashes. */
  readonly file: string;
  readonly fetcher: string | null;
  readonly owner: string | null;
  readonly repo: string | null;
  readonly url: string | null;
  /** `v{kernel}-v{version}`; never null when a tag, a URL or an asset is followed. */
  readonly pattern: string | null;
  readonly version: string | null;
  /** What the derivation's rev or tag evaluates to, without `refs/tags/`. */
  readonly rev: string | null;
  readonly hash: HashLiteral | null;
  readonly follows: 'tag' | 'url' | 'asset' | 'branch' | 'nothing';
  /** Only for `nothing`: why, and what a person can do about it. */
  readonly code?: RefusalCode;
  readonly reason?: string;
}

export interface HashLiteral {
  readonly attribute: 'hash' | 'sha256';
  /** As it stands in the file: SRI, base32, hex or bare base64. */
  readonly value: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}
