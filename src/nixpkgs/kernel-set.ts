/** One `linuxKernel.packages.<set>` of a nixpkgs tree. */
export interface KernelSet {
  /** `linux_6_12` */
  readonly set: string;
  /** `6.12.63` */
  readonly version: string;
  /** `6.12` */
  readonly branch: string;
  readonly lts: boolean;
  /** Other names of it: `linux_default`, `linux_latest`, … */
  readonly aliases: readonly string[];
}

/** The contract of `modprobot kernels --json`. */
export interface KernelSets {
  readonly sets: readonly KernelSet[];
  /** Set that `linux_default` means. */
  readonly default: string;
  /** Set that `linux_latest` means. */
  readonly latest: string;
  /** Sets that are a `throw`, with nixpkgs' own sentence. */
  readonly removed: readonly { readonly set: string; readonly sentence: string }[];
}
