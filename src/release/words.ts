/**
 * The words that driver authors put behind a version. Whole words only: the `dev` in `cryptodev` is no mark.
 * Prerelease words are those observed in the tags of kernel drivers (misspellings included) and their common relatives.
 */
const prereleaseWords: ReadonlySet<string> = new Set([
  'rc',
  'pre',
  'alpha',
  'beta',
  'dev',
  'devel',
  'development',
  'test',
  'testing',
  'intermediate',
  'preview',
  'candidate',
  'snapshot',
  'nightly',
  'unstable',
  'experimental',
  'wip',
  'draft',
  'eng',
]);

/** Words of a later release of the same version: `_hotfix1`, `-compile-fix`, `-r2`, `p1`. */
const postReleaseWords: ReadonlySet<string> = new Set([
  'post',
  'patch',
  'pl',
  'p',
  'r',
  'rev',
  'sp',
  'update',
  'u',
  'build',
  'compile',
]);

/** Words that say nothing but "this is a release". */
const plainWords: ReadonlySet<string> = new Set(['final', 'release', 'stable', 'ga']);

export type WordKind = 'prerelease' | 'post-release' | 'plain' | 'unknown';

/** What a word behind a version means; `word` in lower case. */
export function wordKind(word: string): WordKind {
  // `prerelease`, `prerel`, and `prerelese` as one author writes it.
  if (prereleaseWords.has(word) || word.startsWith('prerel')) return 'prerelease';
  if (postReleaseWords.has(word) || word.endsWith('fix')) return 'post-release';
  if (plainWords.has(word)) return 'plain';
  return 'unknown';
}
