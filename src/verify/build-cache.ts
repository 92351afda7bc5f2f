import type { BuildError, BuiltModule } from './verdict.js';

/** What building one derivation came to. Only what depends on the derivation alone: no time limit, no full disk. */
export interface BuildResult {
  readonly state: 'ok' | 'fails';
  /** Why it fails, in words; empty when it does not. */
  readonly reason: string;
  readonly error: BuildError | null;
  readonly modules: readonly BuiltModule[];
  /** Time that it took, milliseconds. */
  readonly ms: number;
}

/** Remembers by derivation path, so that the same thing is never built twice. */
export interface BuildCache {
  get(drvPath: string): Promise<BuildResult | null>;
  put(drvPath: string, result: BuildResult): Promise<void>;
}
