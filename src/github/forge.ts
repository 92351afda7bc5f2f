/**
 * The port through which one repository on GitHub is read and written. Everything above this room speaks in these words;
 * the adapter over Octokit stands in `octokit/`. A method that GitHub refuses rejects with a `Fault` whose code begins
 * with `github-`; what is merely not there (a branch, a file) is null.
 */
export interface Forge extends GitObjects, Branches, PullRequests, CheckRuns {
  readonly owner: string;
  readonly name: string;
  /** The login under which this forge writes: `modprobot[bot]`. */
  readonly actor: string;
  /** What GitHub says of the repository itself. */
  repository(): Promise<Repository>;
  /** The installation's token, with which git reads the repository when it is private. Valid for minutes, never stored. */
  gitToken(): Promise<string>;
}

interface Repository {
  readonly defaultBranch: string;
  /** An archived repository can be read only. */
  readonly archived: boolean;
}

export interface GitObjects {
  /** Null when there is no such commit. */
  commit(sha: string): Promise<Commit | null>;
  /** The text of a file at a commit or branch; null when it is not there. Files up to 100 MB. */
  readFile(path: string, ref: string): Promise<string | null>;
  /**
   * Writes one commit on top of `parent` and answers its id. No branch points at it yet. A file keeps its executable bit;
   * the fault `edit-not-written` says that something else than a regular file stands at a path, or a link on the way.
   */
  createCommit(commit: NewCommit): Promise<string>;
}

export interface Commit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Person;
  readonly committer: Person;
}

export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface NewCommit {
  readonly parent: string;
  readonly message: string;
  /** The whole text of every file that changes, by its path from the root. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

export interface Branches {
  /** The commit that the branch points at, or null when there is no such branch. Without `refs/heads/`. */
  branchHead(branch: string): Promise<string | null>;
  /** Creates, moves or deletes a branch, but only if it still stands where the caller saw it. */
  moveBranch(move: BranchMove): Promise<BranchMoved>;
}

interface BranchMove {
  readonly branch: string;
  /** Where the caller saw it; null when it was not there. */
  readonly from: string | null;
  /** Where it shall point; null deletes it. */
  readonly to: string | null;
}

/** `overtaken`: somebody else moved the branch first, nothing was changed, and `head` is where it stands now. */
type BranchMoved = { readonly outcome: 'moved' } | { readonly outcome: 'overtaken'; readonly head: string | null };

export interface PullRequests {
  /** Every pull request, open or closed, from this repository's `head` branch into its `base` branch; newest first. */
  pullRequests(between: { readonly head: string; readonly base: string }): Promise<readonly ForgePullRequest[]>;
  createPullRequest(pullRequest: NewPullRequest): Promise<ForgePullRequest>;
  updatePullRequest(number: number, text: PullRequestText): Promise<void>;
  convertToDraft(pullRequest: ForgePullRequest): Promise<void>;
  markReadyForReview(pullRequest: ForgePullRequest): Promise<void>;
}

interface PullRequestText {
  readonly title: string;
  /** Markdown, at most 65,536 characters. */
  readonly body: string;
}

interface NewPullRequest extends PullRequestText {
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
}

export interface ForgePullRequest extends PullRequestText {
  readonly number: number;
  /** GraphQL's name for it. */
  readonly nodeId: string;
  /** The page that a person opens. */
  readonly url: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly draft: boolean;
  /** Login of whoever opened it. */
  readonly author: string;
  readonly headSha: string;
}

export interface CheckRuns {
  /** This App's check runs on a commit. */
  checkRuns(sha: string): Promise<readonly CheckRun[]>;
  /** Answers the number by which it is updated. */
  createCheckRun(checkRun: NewCheckRun): Promise<number>;
  updateCheckRun(id: number, report: CheckReport): Promise<void>;
}

interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly externalId: string | null;
}

type CheckConclusion = 'success' | 'failure' | 'neutral' | 'skipped';

export interface CheckReport {
  readonly state: 'queued' | 'in_progress' | CheckConclusion;
  readonly title: string;
  /** Markdown, at most 65,535 characters. */
  readonly summary: string;
}

export interface NewCheckRun extends CheckReport {
  readonly name: string;
  readonly sha: string;
  /** The App's own name for this check, by which a later run finds it again. */
  readonly externalId: string;
}
