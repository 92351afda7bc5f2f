/** What is remembered of a tag from the first list that had it, for good: later lists never change it. */
export interface FirstSight {
  readonly name: string;
  /** The commit that it pointed at then. */
  readonly commit: string | null;
  /**
   * ISO 8601 time of that list; null when it was the first list ever of its upstream. git tells no date of a tag, so
   * what was there at the first look counts as old: otherwise every release would begin its age on the day on which
   * the App was installed.
   */
  readonly at: string | null;
}
