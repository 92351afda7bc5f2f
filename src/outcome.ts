/**
 * Expected outcomes are values, never exceptions: each carries a stable code and one sentence
 * that tells a maintainer what happened and what a person can do about it.
 */
export interface Refused {
  readonly outcome: 'refused';
  readonly code: RefusalCode;
  readonly reason: string;
}

export interface Waiting {
  readonly outcome: 'waiting';
  readonly code: RefusalCode;
  readonly reason: string;
}

/** Why nothing was published, with its line of documentation; docs/errors.md is held against this table by a test. */
export const refusals = {
  'unknown-attribute': 'The kernel package scope has no attribute of that name.',
  'branch-has-foreign-commits':
    "Somebody else's commits are on the update's branch. Merge the pull request, or delete the branch, to let the App go on.",
  'branch-moved': 'Somebody moved the branch of the update in the same moment. The next run looks again.',
  'pull-request-closed':
    'A person closed the pull request for this version without merging it. The next version is proposed again.',
  'pull-request-not-ours':
    "A person opened the pull request from the update's branch. It is left alone; close it to let the App open its own.",
  'fetcher-unknown': 'The source is fetched in a way whose downloads are not understood. Update it by hand.',
  'source-unknown': 'The address of the source cannot be read from the file. Update it by hand.',
  'follows-no-tags':
    'The driver is pinned to a commit or has no repository that is known, so that no tag can be followed.',
  'name-unsafe':
    'A version, tag or commit has characters or a length that cannot be written safely. Choose another release.',
  'revision-computed':
    'The revision is computed by a function or from the kernel, which cannot be undone. Update it by hand.',
  'several-places': 'The version or hash stands in several places and nothing says which to change. Update it by hand.',
  'pinned-to-commit':
    'The source is pinned to a commit, not to a tag. Let the driver follow its branch, or pin it to a tag by hand.',
  'not-pinned-to-commit': 'The source follows tags, a URL or a shortened commit id. Update it to a tag, or by hand.',
  'version-not-in-revision':
    'Version and revision or URL are written independently of each other. Update both by hand.',
  'version-names-commit': 'The version names the commit that it is built from. Update it by hand.',
  'version-without-date': 'The version names no date, so a commit cannot be told from it. Update it by hand.',
  'tag-other-shape':
    "The tag has another shape than the derivation's own revision. Give a pattern, or change the derivation by hand.",
  'opted-out': 'A comment in the file asks programs to leave it alone. Update it by hand, or remove the comment.',
  'hash-unknown': 'The hash of the source is not a literal SHA-256 in the file. Update it by hand.',
  'version-unknown': 'The version of the driver cannot be read from the file. Update it by hand.',
  'file-is-link': 'A file that would change is a symbolic link, or lies behind one. Update it by hand.',
  'used-elsewhere':
    'What would change is used by another download as well, whose hash would become wrong. Update it by hand.',
  'guard-syntax': 'The edited file could not be read back. Nothing was written; please report it.',
  'guard-place': 'The edit would have changed more than the intended literals. Nothing was written; please report it.',
  'guard-value':
    'The edited file does not evaluate to the intended version, revision and hash. Nothing was written; update it by hand.',
  'guard-facts': 'Nix finds more changed than version and source. Nothing was published; look at the difference.',
  'kernel-source': "The module is built from the kernel's own source. There is nothing to update.",
  'other-package': 'Version or source belong to another package. Update that package.',
  'conditional-source': 'The source depends on a condition, such as the kernel. Update each branch by hand.',
  'several-hashes': 'One version has several hashes or downloads. Update them together, by hand.',
  'no-source': 'The derivation fetches no source. There is nothing to update.',
  alias: 'The attribute is another name of a package. Update that one.',
  'not-a-module': 'The attribute of the scope is no package. There is nothing to update.',
  removed: 'nixpkgs has removed the attribute, with the sentence that the reason gives.',
  'kernel-not-in-nixpkgs':
    'The release is for a newer kernel than nixpkgs has. It goes on by itself when nixpkgs gets that kernel.',
  'release-too-young': 'The release has not been public for as long as the configuration asks. It goes on by itself.',
  'tag-moved': 'A tag points at another commit than when it was first seen. Ask upstream why before anybody takes it.',
  'merged-in-nixpkgs': 'NixOS/nixpkgs has this release, or a newer one, on its default branch. Sync the fork.',
  'scheme-changed':
    'Upstream seems to have changed how it names its tags. Give the new `pattern` in the configuration if it is so.',
  'asset-missing':
    'A release has no asset yet whose name fits and whose kernel nixpkgs has. It goes on by itself when one is uploaded.',
  'asset-too-young':
    'An asset has not been public for as long as the configuration asks of a release. It goes on by itself.',
  'asset-changed':
    'An asset is another file than when it was first seen, or than GitHub says. Ask upstream why before anybody takes it.',
  'asset-unreadable':
    'The address of the source is no asset of a GitHub release, or its name fits none of the patterns. Correct `asset`.',
  'update-rule-too-slow':
    "An expression of the derivation's own `updateScript` is too long, or takes too long on upstream's tags. Write it more simply.",
  'branch-resting': 'The branch was proposed within the interval that the configuration gives. It goes on by itself.',
  'kernel-set-unknown': 'The configuration names a kernel set that this nixpkgs does not have. Correct its name.',
  'archive-top-folder':
    'The archive does not hold exactly one top folder, which fetchzip asks for. Set stripRoot = false in the derivation.',
  'archive-climbs': 'An entry of the archive leads out of its folder. Look at the archive before anybody unpacks it.',
  'archive-duplicate': 'The archive has an entry twice, so what unpacks depends on the program. Ask upstream.',
  'archive-cut-off': 'The archive ends too early. Try again later, or ask upstream.',
  'archive-malformed': 'The archive breaks the rules of its format. Ask upstream.',
  'archive-too-large': 'The archive unpacks to more than the limit.',
  'archive-format': 'The archive is compressed in a way that only Nix can unpack here. Enable a Nix engine.',
  'archive-entry-unsupported':
    'The archive holds what no source has: a device, a pipe, a sparse file. Enable a Nix engine.',
  'archive-other-commit':
    'The archive was made from another commit than the one that the tag points at. The tag moved meanwhile, or somebody tampers.',
  'source-needs-nix':
    'The source is fetched in a way that only Nix can follow (submodules, postFetch …). Enable a Nix engine.',
  'hash-disagreement':
    'Two ways to compute the hash of the source came to different values. Nothing was published; look at the archive.',
} as const satisfies Record<string, string>;

export type RefusalCode = keyof typeof refusals;

export function refused(code: RefusalCode, reason: string): Refused {
  return { outcome: 'refused', code, reason };
}

export function waiting(code: RefusalCode, reason: string): Waiting {
  return { outcome: 'waiting', code, reason };
}
