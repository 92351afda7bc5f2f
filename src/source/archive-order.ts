/**
 * The two orders of an archive's paths. A NAR wants the entries of each directory in byte order; `git archive` writes them in
 * git's order, where a directory's name counts with its slash. They differ only where a directory's name is the beginning of a
 * neighbour's name that goes on with a byte below the slash: git has `a.c`, `a/`, and a NAR wants `a`, `a.c`.
 */

/** Sorts as a NAR does: depth first, names in byte order (no name has a zero byte). */
export function narKey(path: readonly string[]): string {
  return path.join('\0');
}

/**
 * An entry may be written as soon as no later one can belong before it. In git's order only a directory can: one whose name this
 * path's own names begin with. It cannot come any more once the archive has got to the returned place.
 *
 * Returns null when no directory can come between.
 */
export function gitBarrier(path: readonly string[]): string | null {
  const text = path.join('/');
  const found = /[^/][^/-\xff]/.exec(text);
  // "0" is the byte after the slash: everything inside that directory is below it.
  return found === null ? null : `${text.slice(0, found.index + 1)}0`;
}
