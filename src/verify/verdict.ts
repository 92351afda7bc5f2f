export type BuildState = 'ok' | 'fails' | 'unavailable' | 'not built';

/** What one kernel set says of an update. The shape is `Kernel` in the JSON of the command. */
export interface Verdict {
  /** `linux_6_12` */
  readonly set: string;
  /** `6.12.63` */
  readonly version: string;
  readonly before: BuildState;
  readonly after: BuildState;
  readonly status: 'same' | 'fixed' | 'regression' | 'still failing' | 'unavailable' | 'not built';
  /** Why, in words a maintainer understands; empty when there is nothing to explain. */
  readonly reason: string;
  /** Time spent on this set, milliseconds. */
  readonly ms: number;
  /** The first compiler error of the failing build. */
  readonly error: BuildError | null;
  readonly modules: readonly BuiltModule[];
}

export interface BuildError {
  /** Relative to the source's root. */
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface BuiltModule {
  /** File name without its compression: `v4l2loopback.ko`. */
  readonly name: string;
  readonly vermagic: string;
  /** What the module says of itself; null where it does not. */
  readonly version: string | null;
  readonly license: string | null;
}
