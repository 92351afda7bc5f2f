import type { DriverOptions } from '../config/schema.js';
import type { Forge } from '../github/forge.js';
import type { OfficialLook } from '../github/official-nixpkgs.js';
import type { Fetch } from '../net/http.js';
import type { VerifyPorts } from '../verify/verify.js';
import type { SeenHead } from '../watch/branch.js';
import type { FirstSight } from '../watch/first-sight.js';
import type { SeenReleases } from '../watch/releases.js';
import type { Tag } from '../watch/tag.js';
import type { Trees } from './trees.js';

/** One driver of one fork to bring up to date. */
export interface UpdateRequest {
  readonly forge: Forge;
  readonly attr: string;
  readonly options: DriverOptions;
  /** Words, branches and sets of the configuration. */
  readonly kernels: readonly string[];
  /** Branch that the pull request goes to. */
  readonly base: string;
  /** The upstream's tags as they were just seen. */
  readonly tags: readonly Tag[];
  /** What every tag was when it was first seen: one that moved since is never followed. */
  readonly firstSights: readonly FirstSight[];
  /** What NixOS/nixpkgs has of a driver, by its file; null where there is nothing to compare with. */
  readonly lookAtOfficial: (driver: { readonly attr: string; readonly file: string }) => Promise<OfficialLook | null>;
  /** For a driver whose source is an asset: the upstream's releases as they were just seen; else null. */
  readonly releases: SeenReleases | null;
  /** For a driver that follows a branch: its newest commit; else null. */
  readonly head: SeenHead | null;
}

/** What the steps need of the world. */
export interface EditPorts {
  readonly fetch: Fetch;
  readonly verify: Omit<VerifyPorts, 'onProgress'>;
  /** One line for whoever watches: "hashing the source". */
  readonly progress: (line: string) => void;
}

export interface PipelinePorts extends EditPorts {
  /** The fork's tree at a commit. */
  readonly openTrees: (forge: Forge, commit: string) => Promise<Trees>;
}

export interface Current {
  readonly outcome: 'current';
  /** One sentence for a maintainer. */
  readonly reason: string;
}
