import type { Engine } from '../nix/engine/engine.js';
import type { BuildCache } from './build-cache.js';
import type { Verdict } from './verdict.js';

export interface VerifySettings {
  /** Limit of one evaluation, milliseconds. */
  readonly evaluationMs: number;
  /** Limit of each step of one build, milliseconds. */
  readonly buildMs: number;
  /** Builds side by side. */
  readonly parallel: number;
  /** Whether what no binary cache has may be built too: kernels take hours. */
  readonly allowOtherBuilds: boolean;
  /** `x86_64-linux`; null takes the one on which Nix runs. */
  readonly system: string | null;
}

export interface VerifyPorts {
  readonly engine: Engine;
  readonly builds: BuildCache;
  readonly settings: VerifySettings;
  readonly onProgress?: (progress: VerifyProgress) => void;
  readonly signal?: AbortSignal;
}

export type Side = 'before' | 'after';

export type VerifyProgress =
  | { readonly kind: 'started'; readonly set: string; readonly side: Side }
  | { readonly kind: 'line'; readonly set: string; readonly side: Side; readonly line: string }
  /** A set has its verdict; the others may still be building. */
  | { readonly kind: 'verdict'; readonly verdict: Verdict };
