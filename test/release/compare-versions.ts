/**
 * Nix's `builtins.compareVersions` as its manual describes it, as an oracle for tests alone: split at `.` and `-` and
 * between digits and letters; numbers as numbers, `pre` before everything, the empty part before a number, words last.
 */
export function nixCompareVersions(a: string, b: string): number {
  const [left, right] = [components(a), components(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [one, other] = [left[at] ?? '', right[at] ?? ''];
    if (isBefore(one, other)) return -1;
    if (isBefore(other, one)) return 1;
  }
  return 0;
}

const components = (version: string): string[] => version.match(/[0-9]+|[^0-9.-]+/g) ?? [];
const isNumber = (part: string): boolean => /^[0-9]+$/.test(part);

function isBefore(one: string, other: string): boolean {
  if (isNumber(one) && isNumber(other)) return BigInt(one) < BigInt(other);
  if (one === '' && isNumber(other)) return true;
  if (one === 'pre' && other !== 'pre') return true;
  if (other === 'pre') return false;
  if (isNumber(other)) return true;
  return !isNumber(one) && one < other;
}
