import type { NamedTarget } from '../edit/named-target.js';
import { refuseCommit } from '../edit/names.js';
import { Fault } from '../errors.js';
import { isSri } from '../nix/sri.js';

/** The options of `modprobot update` as they were typed. */
export interface UpdateFlags {
  readonly nixpkgs: string;
  readonly dryRun?: boolean;
  readonly toTag?: string;
  readonly toRev?: string;
  readonly date?: string;
  readonly hash?: string;
  readonly kernels?: string;
  readonly verify: boolean;
}

/** The tag or commit that the options name; null for the newest release. Throws `option-invalid`. */
export function namedBy({ toTag, toRev, date, hash }: UpdateFlags): NamedTarget | null {
  if (hash !== undefined && !isSri(hash)) {
    throw usage(`--hash ${JSON.stringify(hash)} is no SRI hash: sha256- and 44 characters of base64 are needed`);
  }
  if (toTag !== undefined && toRev !== undefined) throw usage('--to-tag and --to-rev exclude each other');
  if (toRev === undefined && date === undefined) return toTag === undefined ? null : { tag: toTag };
  if (toRev === undefined || date === undefined) throw usage('--to-rev and --date belong together');
  const unsafe = refuseCommit(toRev, date);
  if (unsafe !== null) throw usage(`--to-rev or --date cannot be used: ${unsafe.reason.replace(/\.$/, '')}`);
  return { rev: toRev, date };
}

function usage(message: string): Fault {
  return new Fault('option-invalid', `${message}. See modprobot update --help.`);
}
