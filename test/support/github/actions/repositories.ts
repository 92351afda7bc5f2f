import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { git, gitText, readRef, resolve, type Signature, writeCommit, writeTag, zeroSha } from '../git.js';
import { type Files, writeFiles } from '../trees.js';
import { type Account, fullName, nodeId, type Repository, type World } from '../world.js';
import { moveRef, type RefUpdate, updateRefs } from './refs.js';

export interface RepositoryOptions {
  readonly owner: string;
  readonly ownerType?: 'User' | 'Organization';
  readonly name: string;
  readonly defaultBranch?: string;
  readonly private?: boolean;
  /** Off on forks, as on GitHub, unless they are switched on. */
  readonly issues?: boolean;
  /** `owner/name` of the repository that this one is forked from: its branches and tags come along. */
  readonly forkOf?: string;
  /** The first commit; without files a fork stays as its parent is, and any other repository is empty. */
  readonly files?: Files;
}

export async function createRepository(world: World, options: RepositoryOptions): Promise<Repository> {
  const owner = world.account(options.owner, options.ownerType ?? 'User');
  if (world.repository(owner.login, options.name)) throw new Error(`${owner.login}/${options.name} is there already`);
  const parent = options.forkOf === undefined ? undefined : named(world, options.forkOf);
  const id = world.nextId();
  const directory = path.join(world.directory, `${id}.git`);
  const defaultBranch = options.defaultBranch ?? parent?.defaultBranch ?? 'main';
  await initialize(directory, defaultBranch, parent);
  const now = world.now();
  const repository: Repository = {
    ...{ id, nodeId: nodeId('R', id), owner, name: options.name, directory, parent, defaultBranch },
    ...{ private: options.private ?? false, hasIssues: options.issues ?? parent === undefined, archived: false },
    ...{ createdAt: now, pushedAt: now, collaborators: new Map(), labels: [], issues: new Map() },
    ...{ checkSuites: [], checkRuns: [], releases: [] },
  };
  world.repositories.push(repository);
  world.nodes.set(repository.nodeId, repository);
  if (options.files) await commitFiles(world, repository, { files: options.files, message: 'Initial commit' });
  return repository;
}

async function initialize(directory: string, branch: string, parent: Repository | undefined): Promise<void> {
  await mkdir(directory, { recursive: true });
  await git(directory, ['init', '--quiet', '--bare', `--initial-branch=${branch}`, '--template=', directory]);
  if (!parent) return;
  await git(directory, ['fetch', '--quiet', parent.directory, 'refs/heads/*:refs/heads/*', 'refs/tags/*:refs/tags/*']);
}

/** The repository `owner/name`; throws if there is none. */
export function named(world: World, name: string): Repository {
  const [owner = '', repo = ''] = name.split('/');
  const repository = world.repository(owner, repo);
  if (!repository) throw new Error(`the stand-in has no repository ${name}`);
  return repository;
}

export interface CommitOptions {
  readonly files: Files;
  readonly message: string;
  /** By default the default branch; a branch that is not there begins at the default branch's head. */
  readonly branch?: string;
  /** The login of who commits and pushes; by default the owner. */
  readonly by?: string;
  readonly author?: { readonly name: string; readonly email: string };
  /** ISO 8601; by default now. */
  readonly date?: string;
  /** Replaces what the branch held: a commit on this revision, pushed with force. */
  readonly onto?: string;
}

/** Commits files to a branch and pushes, with all that follows from a push. Returns the commit. */
export async function commitFiles(world: World, repository: Repository, options: CommitOptions): Promise<string> {
  const { directory } = repository;
  const branch = options.branch ?? repository.defaultBranch;
  const parent =
    (await resolve(directory, options.onto ?? `refs/heads/${branch}`)) ??
    (await resolve(directory, `refs/heads/${repository.defaultBranch}`));
  const by = options.by === undefined ? repository.owner : world.account(options.by);
  const person = signature(world, by, options);
  const sha = await writeCommit(directory, {
    tree: await writeFiles(directory, parent, options.files),
    parents: parent ? [parent] : [],
    author: person,
    committer: person,
    message: options.message,
  });
  if (!(await moveRef(world, repository, `refs/heads/${branch}`, sha, by))) {
    throw new Error(`${fullName(repository)}: ${branch} moved meanwhile`);
  }
  return sha;
}

function signature(world: World, by: Account, options: Pick<CommitOptions, 'author' | 'date'>): Signature {
  const { name, email } = options.author ?? { name: by.login, email: by.email };
  return { name, email, date: options.date ?? world.now() };
}

export interface TagOptions {
  readonly name: string;
  /** What it marks; by default the head of the default branch. */
  readonly at?: string;
  /** With a message it becomes an object of its own. */
  readonly message?: string;
  readonly by?: string;
  readonly date?: string;
}

/** Pushes a tag; one that is there already is moved. Returns the commit it marks. */
export async function pushTag(world: World, repository: Repository, options: TagOptions): Promise<string> {
  await pushTags(world, repository, [options]);
  return markedCommit(repository, options);
}

/** Pushes tags all at once, in the name of who pushes the first. */
export async function pushTags(world: World, repository: Repository, tags: readonly TagOptions[]): Promise<void> {
  const updates: RefUpdate[] = [];
  for (const tag of tags) {
    const ref = `refs/tags/${tag.name}`;
    const before = (await readRef(repository.directory, ref)) ?? zeroSha;
    updates.push({ ref, before, after: await tagObject(world, repository, tag) });
  }
  const [first] = tags;
  const by = first?.by === undefined ? repository.owner : world.account(first.by);
  if (!(await updateRefs(world, repository, updates, by)))
    throw new Error(`${fullName(repository)}: a tag moved meanwhile`);
}

function markedCommit(repository: Repository, { at }: TagOptions): Promise<string> {
  return gitText(repository.directory, ['rev-parse', `${at ?? repository.defaultBranch}^{commit}`]);
}

/** What the ref points at: the commit, or for a tag with a message an object of its own. */
async function tagObject(world: World, repository: Repository, options: TagOptions): Promise<string> {
  const object = await markedCommit(repository, options);
  const { name: tag, message, date } = options;
  if (message === undefined) return object;
  const by = options.by === undefined ? repository.owner : world.account(options.by);
  const tagger = signature(world, by, date === undefined ? {} : { date });
  return writeTag(repository.directory, { object, type: 'commit', tag, tagger, message });
}
