import { readSubject } from '../edit/subject.js';
import type { OfficialLook, OfficialPullRequest } from '../github/official-nixpkgs.js';
import type { Driver } from '../nixpkgs/driver.js';
import { readTree } from '../nixpkgs/scan-files.js';
import { type Refused, refused } from '../outcome.js';
import type { Release, TagVerdict } from '../release/release.js';
import { judgeTags, type ReleaseQuestion } from './find-release.js';

interface OfficialQuestion {
  readonly question: ReleaseQuestion;
  readonly release: Release;
  /** Root of the fork's tree. */
  readonly tree: string;
  readonly look: OfficialLook;
}

const mostPullRequests = 5;
/** What a release is for somebody who has it, or a newer one. */
const had: readonly TagVerdict[] = ['current', 'older', 'same-commit'];

/** What the maintainer has to know of NixOS/nixpkgs; refused when the release, or a newer one, is merged there already. */
export function compareOfficial({ question, release, tree, look }: OfficialQuestion): readonly string[] | Refused {
  if (look.outcome === 'silent') return ['NixOS/nixpkgs could not be asked for what it has of this driver.'];
  const theirs = look.text === null ? null : readTheirs(tree, question.driver, look.text);
  if (theirs !== null && hasIt(question, release, theirs)) {
    const reason = `NixOS/nixpkgs has ${theirs.attr} ${theirs.version} already: sync the fork.`;
    return refused('merged-in-nixpkgs', reason);
  }
  return [versionThere(theirs), ...namedBy(look.pullRequests)];
}

/** Their file is read inside the fork's tree: the kernel scope and the helpers around it hardly ever differ. */
function readTheirs(tree: string, { attr, file }: Driver, text: string): Driver | null {
  const own = readTree(tree);
  const subject = readSubject((path) => (path === file ? text : own(path)), attr);
  return 'outcome' in subject ? null : subject.driver;
}

function hasIt(question: ReleaseQuestion, { tag }: Release, theirs: Driver): boolean {
  if (question.driver.follows !== 'tag' || theirs.follows !== 'tag') return false;
  const { verdicts } = judgeTags({ ...question, driver: theirs });
  return verdicts.some((judged) => judged.tag === tag.name && had.includes(judged.verdict));
}

function versionThere(theirs: Driver | null): string {
  if (theirs === null) return 'NixOS/nixpkgs does not have this driver in the same file, or in a way that can be read.';
  return `NixOS/nixpkgs has ${theirs.attr} ${theirs.version} on its default branch.`;
}

function namedBy(pullRequests: readonly OfficialPullRequest[]): string[] {
  const shown = pullRequests.slice(0, mostPullRequests);
  const lines = shown.map(({ number, title }) => `Pull request ${number} of NixOS/nixpkgs is open: ${title}`);
  const more = pullRequests.length - shown.length;
  return more > 0 ? [...lines, `${more} more open pull requests of NixOS/nixpkgs name it.`] : lines;
}
