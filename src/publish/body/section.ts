/** One part of the text under its own heading. */
export interface Section {
  readonly full: string;
  /** What stands in its place when the whole would be too long; null for what must always stand in full. */
  readonly brief: string | null;
}

/** Bytes of UTF-8: where GitHub counts characters this is on the safe side. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Joins the sections; while the text is longer than `limit` bytes of UTF-8, the longest one that can be folded is. */
export function foldToFit(sections: readonly Section[], limit: number): string {
  let parts = sections.map(({ full }) => full);
  while (byteLength(join(parts)) > limit) {
    const longest = longestFoldable(sections, parts);
    if (longest === null) break;
    parts = parts.map((part, index) => (index === longest ? (sections[index]?.brief ?? part) : part));
  }
  return join(parts);
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

function longestFoldable(sections: readonly Section[], parts: readonly string[]): number | null {
  const gains = sections.map(({ brief }, index) => (brief === null ? 0 : (parts[index]?.length ?? 0) - brief.length));
  const best = Math.max(0, ...gains);
  return best > 0 ? gains.indexOf(best) : null;
}
