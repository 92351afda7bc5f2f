import { createHash } from 'node:crypto';
import { Fault } from '../../src/errors.js';
import type { CheckReport, Commit, Forge, ForgePullRequest, NewCheckRun, Person } from '../../src/github/forge.js';

type Files = Readonly<Record<string, string>>;
type StoredCommit = Commit & { readonly files: Files };

/** A repository in memory behind the port, held to the same contract as the real adapter. */
export interface MemoryForge extends Forge {
  readonly branches: Map<string, string>;
  readonly commits: Map<string, StoredCommit>;
  readonly checks: (NewCheckRun & { readonly id: number })[];
  readonly pulls: (ForgePullRequest & { readonly head: string; readonly base: string })[];
  /** What was written, one word each, in order. */
  readonly writes: string[];
  /** A person's commit on top of a branch. */
  push(branch: string, person: string, files: Files): string;
  /** The mode of a file at a commit. */
  modeOf(commit: string, path: string): string | undefined;
}

/** What is no plain file, by its path: `100755` can be executed, `120000` is a link. It stays so in every commit. */
type Modes = Readonly<Record<string, '100755' | '120000'>>;

const app: Person = { name: 'modprobot[bot]', email: '1+modprobot[bot]@users.noreply.github.com' };

export function memoryForge(files: Files, modes: Modes = {}): MemoryForge {
  const branches = new Map<string, string>();
  const commits = new Map<string, StoredCommit>();
  const checks: MemoryForge['checks'] = [];
  const pulls: MemoryForge['pulls'] = [];
  const writes: string[] = [];

  const store = (commit: Omit<StoredCommit, 'sha'>): string => {
    const sha = createHash('sha1')
      .update(JSON.stringify([commit, commits.size]))
      .digest('hex');
    commits.set(sha, { sha, ...commit });
    return sha;
  };
  const filesAt = (ref: string): Files => commits.get(branches.get(ref) ?? ref)?.files ?? {};
  const isRegular = (path: string, ref: string): boolean => {
    const above = path.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'));
    const isFolder = Object.keys(filesAt(ref)).some((file) => file.startsWith(`${path}/`));
    return !isFolder && !above.some((each) => modes[each] === '120000');
  };
  const pullOf = (number: number) => {
    const index = pulls.findIndex((pull) => pull.number === number);
    return { index, pull: pulls[index] as MemoryForge['pulls'][number] };
  };
  const change = (number: number, changed: Partial<ForgePullRequest>) => {
    const { index, pull } = pullOf(number);
    pulls[index] = { ...pull, ...changed };
  };
  const person: Person = { name: 'Ada', email: 'ada@example.org' };
  branches.set('master', store({ parents: [], message: 'first', author: person, committer: person, files }));

  return {
    owner: 'octo',
    name: 'nixpkgs',
    actor: app.name,
    branches,
    commits,
    checks,
    pulls,
    writes,
    push(branch, name, changed) {
      const parent = branches.get(branch) ?? '';
      const author = { name, email: `${name}@example.org` };
      const all = { ...filesAt(branch), ...changed };
      const sha = store({ parents: [parent], message: 'by hand', author, committer: author, files: all });
      branches.set(branch, sha);
      return sha;
    },
    modeOf: (commit, path) => (path in filesAt(commit) ? (modes[path] ?? '100644') : undefined),
    repository: async () => ({ defaultBranch: 'master', archived: false }),
    gitToken: async () => 'token',
    commit: async (sha) => {
      const found = commits.get(sha);
      if (found === undefined) return null;
      const { files: _files, ...commit } = found;
      return commit;
    },
    readFile: async (path, ref) => filesAt(ref)[path] ?? null,
    createCommit: async ({ parent, message, files: changed }) => {
      writes.push('commit');
      if (!commits.has(parent)) throw new Fault('github-not-found', 'no such parent');
      const irregular = changed.find(({ path }) => !isRegular(path, parent));
      if (irregular !== undefined) throw new Fault('edit-not-written', `${irregular.path} is no regular file`);
      const written = Object.fromEntries(changed.map(({ path, text }) => [path, text]));
      return store({
        parents: [parent],
        message,
        author: app,
        committer: app,
        files: { ...filesAt(parent), ...written },
      });
    },
    branchHead: async (branch) => branches.get(branch) ?? null,
    moveBranch: async ({ branch, from, to }) => {
      writes.push('branch');
      const head = branches.get(branch) ?? null;
      if (head !== from) return head === to ? { outcome: 'moved' } : { outcome: 'overtaken', head };
      if (to !== null && !commits.has(to)) throw new Fault('github-invalid', 'no such commit');
      if (to === null) branches.delete(branch);
      else branches.set(branch, to);
      return { outcome: 'moved' };
    },
    pullRequests: async ({ head, base }) => pulls.filter((pull) => pull.head === head && pull.base === base).reverse(),
    createPullRequest: async ({ head, base, ...rest }) => {
      writes.push('pull request');
      const headSha = branches.get(head);
      if (headSha === undefined || pulls.some((pull) => pull.state === 'open' && pull.head === head)) {
        throw new Fault('github-invalid', 'no such branch, or there is one already');
      }
      const number = pulls.length + 1;
      const url = `https://github.com/octo/nixpkgs/pull/${number}`;
      const pull = {
        number,
        nodeId: `PR_${number}`,
        url,
        state: 'open',
        author: app.name,
        headSha,
        head,
        base,
        ...rest,
      } as const;
      pulls.push(pull);
      return pull;
    },
    updatePullRequest: async (number, text) => {
      writes.push('text');
      change(number, text);
    },
    convertToDraft: async ({ number }) => {
      writes.push('draft');
      change(number, { draft: true });
    },
    markReadyForReview: async ({ number }) => {
      writes.push('ready');
      change(number, { draft: false });
    },
    checkRuns: async (sha) =>
      checks.filter((check) => check.sha === sha).map(({ id, name, externalId }) => ({ id, name, externalId })),
    createCheckRun: async (check) => {
      writes.push('check');
      checks.push({ id: checks.length + 1, ...check });
      return checks.length;
    },
    updateCheckRun: async (id, report: CheckReport) => {
      writes.push('check');
      checks[id - 1] = { ...(checks[id - 1] as NewCheckRun & { id: number }), ...report };
    },
  };
}
