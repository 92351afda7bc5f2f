import { tellRun, tellSuite } from './actions/checks.js';
import { addComment, edit, editComment, makeIssue, setLabels, setState, tellIssue } from './actions/issues.js';
import { type MergeMethod, merge, openPull, reopenPull, setDraft } from './actions/pulls.js';
import { moveRef } from './actions/refs.js';
import { named } from './actions/repositories.js';
import { tellReview } from './actions/reviews.js';
import { zeroSha } from './git.js';
import type { CheckRun } from './model/checks.js';
import { type Comment, type Issue, isPull, type PullIssue, type Review } from './model/issues.js';
import type { Role, World } from './world.js';

/** What people do on GitHub's pages. Repositories are `owner/name`, people are logins, made on first mention. */
export class People {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  addCollaborator(repository: string, login: string, role: Role = 'write'): void {
    named(this.#world, repository).collaborators.set(this.#world.account(login), role);
  }

  comment(repository: string, number: number, login: string, body: string): Comment {
    return addComment(this.#world, this.issue(repository, number), this.#by(login), body);
  }

  editComment(repository: string, number: number, id: number, login: string, body: string): void {
    const issue = this.issue(repository, number);
    const comment = issue.comments.find((one) => one.id === id);
    if (!comment) throw new Error(`${repository}#${number} has no comment ${id}`);
    editComment(this.#world, issue, comment, this.#world.account(login), body);
  }

  /** Changes title or body of an issue or a pull request: ticking a box of the dashboard, too. */
  edit(repository: string, number: number, login: string, what: { title?: string; body?: string }): Promise<void> {
    return edit(this.#world, this.issue(repository, number), this.#world.account(login), what);
  }

  openIssue(repository: string, login: string, title: string, body = ''): Issue {
    const by = this.#by(login);
    const issue = makeIssue(this.#world, named(this.#world, repository), by, { title, body });
    tellIssue(this.#world, issue, 'opened', by.account);
    return issue;
  }

  openPull(
    repository: string,
    login: string,
    what: { title: string; head: string; base: string; body?: string },
  ): Promise<PullIssue> {
    const opening = { body: null, draft: false, maintainerCanModify: true, ...what };
    return openPull(this.#world, named(this.#world, repository), this.#by(login), opening);
  }

  close(repository: string, number: number, login: string): Promise<void> {
    return setState(this.#world, this.issue(repository, number), this.#world.account(login), 'closed');
  }

  async reopen(repository: string, number: number, login: string): Promise<void> {
    const issue = this.issue(repository, number);
    const account = this.#world.account(login);
    if (isPull(issue)) await reopenPull(this.#world, issue, account);
    else await setState(this.#world, issue, account, 'open');
  }

  /** Presses the merge button. Returns the commit that the base branch now stands at. */
  merge(repository: string, number: number, login: string, method: MergeMethod = 'merge'): Promise<string> {
    return merge(this.#world, this.issue(repository, number), this.#world.account(login), method);
  }

  convertToDraft(repository: string, number: number, login: string): Promise<void> {
    return setDraft(this.#world, this.pull(repository, number), this.#world.account(login), 'draft');
  }

  markReady(repository: string, number: number, login: string): Promise<void> {
    return setDraft(this.#world, this.pull(repository, number), this.#world.account(login), 'ready');
  }

  setLabels(repository: string, number: number, login: string, labels: readonly string[]): Promise<void> {
    return setLabels(this.#world, this.issue(repository, number), this.#world.account(login), labels);
  }

  /** Reviews a pull request as it stands. */
  review(repository: string, number: number, login: string, state: Review['state'], body = ''): Review {
    const issue = this.pull(repository, number);
    const user = this.#world.account(login);
    const { headSha: commit, reviews } = issue.pull;
    const review = { id: this.#world.nextId(), user, body, state, commit, submittedAt: this.#world.now() };
    reviews.push(review);
    tellReview(this.#world, issue, review);
    return review;
  }

  async deleteBranch(repository: string, branch: string, login: string): Promise<void> {
    const { world, of } = { world: this.#world, of: named(this.#world, repository) };
    await moveRef(world, of, `refs/heads/${branch}`, zeroSha, world.account(login));
  }

  /** Presses "Re-run" on a check run. */
  rerun(repository: string, id: number, login: string): Promise<void> {
    return this.#aboutRun(repository, id, login, 'rerequested');
  }

  /** Presses a button that the App put on its check run. */
  pressAction(repository: string, id: number, login: string, identifier: string): Promise<void> {
    return this.#aboutRun(repository, id, login, 'requested_action', { requested_action: { identifier } });
  }

  async rerunSuite(repository: string, headSha: string, login: string): Promise<void> {
    const of = named(this.#world, repository);
    const suite = of.checkSuites.find((one) => one.headSha === headSha);
    if (!suite) throw new Error(`${repository} has no check suite for ${headSha}`);
    await tellSuite(this.#world, of, suite, 'rerequested', this.#world.account(login));
  }

  issue(repository: string, number: number): Issue {
    const issue = named(this.#world, repository).issues.get(number);
    if (!issue) throw new Error(`${repository} has no issue ${number}`);
    return issue;
  }

  pull(repository: string, number: number): PullIssue {
    const issue = this.issue(repository, number);
    if (!isPull(issue)) throw new Error(`${repository}#${number} is no pull request`);
    return issue;
  }

  checkRun(repository: string, id: number): CheckRun {
    const run = named(this.#world, repository).checkRuns.find((one) => one.id === id);
    if (!run) throw new Error(`${repository} has no check run ${id}`);
    return run;
  }

  async #aboutRun(repository: string, id: number, login: string, action: string, more: object = {}): Promise<void> {
    const run = this.checkRun(repository, id);
    if (action === 'requested_action' && !hasAction(run, more)) throw new Error(`check run ${id} has no such button`);
    await tellRun(this.#world, named(this.#world, repository), run, action, this.#world.account(login), more);
  }

  #by(login: string) {
    return { account: this.#world.account(login), viaApp: false };
  }
}

function hasAction(run: CheckRun, more: { requested_action?: { identifier: string } }): boolean {
  return run.actions.some(({ identifier }) => identifier === more.requested_action?.identifier);
}
