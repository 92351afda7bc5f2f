/** A tag of an upstream repository, as `git ls-remote` reports it. */
export interface Tag {
  /** Without `refs/tags/`. Comes from a stranger: never an option, never part of a shell line. */
  readonly name: string;
  /** The commit that the tag finally points at (peeled), 40 lower-case hex digits. Offline lists may lack it. */
  readonly commit?: string;
  /** ISO 8601 date of the tag or its commit, where the source of the list knows it. */
  readonly date?: string;
}
