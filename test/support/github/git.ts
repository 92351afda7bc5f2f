import { spawn } from 'node:child_process';
import { once } from 'node:events';

export const zeroSha = '0'.repeat(40);
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

interface Options {
  readonly input?: string | Buffer;
  readonly env?: Record<string, string>;
}

/** git said no: what it was asked and what it complained of. */
export class GitFailed extends Error {}

/** Runs git on a bare repository, with nothing of this machine's configuration. Returns its raw output. */
export async function git(directory: string, args: readonly string[], options: Options = {}): Promise<Buffer> {
  const child = startGit(directory, args, options.env);
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new GitFailed(`git ${args.join(' ')}: ${Buffer.concat(complaints).toString().trim()}`);
  return Buffer.concat(output);
}

export function startGit(directory: string, args: readonly string[], env: Record<string, string> = {}) {
  // No housekeeping in the background: it would still write while a test tidies up.
  return spawn('git', ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false', '--git-dir', directory, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_LITERAL_PATHSPECS: '1',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

export async function gitText(directory: string, args: readonly string[], options: Options = {}): Promise<string> {
  return (await git(directory, args, options)).toString().trimEnd();
}

async function quietly(work: Promise<string>): Promise<string | undefined> {
  try {
    return (await work) || undefined;
  } catch (error) {
    if (error instanceof GitFailed) return undefined;
    throw error;
  }
}

/** The full object id that a revision names (peeled to `type`), or undefined. */
export function resolve(directory: string, revision: string, type = 'commit'): Promise<string | undefined> {
  if (revision === '' || /[\s~^:?*[\\]|\.\.|@\{/.test(revision)) return Promise.resolve(undefined);
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{${type}}`];
  return quietly(gitText(directory, args));
}

/** What a full ref such as `refs/heads/main` points at, unpeeled, or undefined. */
export function readRef(directory: string, ref: string): Promise<string | undefined> {
  return quietly(gitText(directory, ['rev-parse', '--verify', '--quiet', '--end-of-options', ref]));
}

export async function objectType(directory: string, sha: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{40}$/.test(sha)) return undefined;
  return quietly(gitText(directory, ['cat-file', '-t', sha]));
}

export interface Ref {
  readonly name: string;
  readonly sha: string;
  readonly type: string;
  /** The commit that it finally points at. */
  readonly commit: string;
}

/** Refs whose full name begins with `prefix`, in git's order. */
export async function listRefs(directory: string, prefix: string): Promise<Ref[]> {
  const format = '%(refname) %(objectname) %(objecttype) %(*objectname)';
  const text = await gitText(directory, ['for-each-ref', `--format=${format}`]);
  return text
    .split('\n')
    .filter((line) => line.startsWith(prefix))
    .map((line) => {
      const [name = '', sha = '', type = '', peeled] = line.split(' ');
      return { name, sha, type, commit: peeled || sha };
    });
}

export async function isAncestor(directory: string, ancestor: string, descendant: string): Promise<boolean> {
  return (await quietly(gitText(directory, ['merge-base', ancestor, descendant]))) === ancestor;
}

export function mergeBase(directory: string, one: string, other: string): Promise<string | undefined> {
  return quietly(gitText(directory, ['merge-base', one, other]));
}

/** Commits reachable from `to` and not from `from`, oldest first. */
export async function commitsBetween(directory: string, from: string, to: string): Promise<string[]> {
  const text = await gitText(directory, ['rev-list', '--reverse', '--topo-order', to, `^${from}`]);
  return text === '' ? [] : text.split('\n');
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

export async function readCommit(directory: string, sha: string): Promise<Commit> {
  const { headers, message } = parseObject(await git(directory, ['cat-file', 'commit', sha]));
  const values = (key: string) => headers.filter(([name]) => name === key).map(([, value]) => value);
  return {
    sha,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: parseSignature(values('author')[0] ?? ''),
    committer: parseSignature(values('committer')[0] ?? ''),
    message,
  };
}

export interface AnnotatedTag {
  readonly object: string;
  readonly type: string;
  readonly tag: string;
  readonly tagger: Signature;
  readonly message: string;
}

export async function readTag(directory: string, sha: string): Promise<AnnotatedTag> {
  const { headers, message } = parseObject(await git(directory, ['cat-file', 'tag', sha]));
  const value = (key: string) => headers.find(([name]) => name === key)?.[1] ?? '';
  return {
    object: value('object'),
    type: value('type'),
    tag: value('tag'),
    tagger: parseSignature(value('tagger')),
    message,
  };
}

function parseObject(raw: Buffer): { headers: (readonly [string, string])[]; message: string } {
  const text = raw.toString();
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const headers = head.split('\n').map((line) => {
    const space = line.indexOf(' ');
    return [line.slice(0, space), line.slice(space + 1)] as const;
  });
  return { headers, message: end < 0 ? '' : text.slice(end + 2) };
}

function parseSignature(line: string): Signature {
  const match = /^(.*?) ?<(.*)> (\d+) [+-]\d{4}$/.exec(line);
  const seconds = Number(match?.[3] ?? 0);
  const date = `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
  return { name: match?.[1] ?? '', email: match?.[2] ?? '', date };
}

function formatSignature(signature: Signature): string {
  const clean = (text: string) => text.replace(/[<>\n]/g, '');
  const seconds = Math.floor(Date.parse(signature.date) / 1000);
  return `${clean(signature.name)} <${clean(signature.email)}> ${seconds} +0000`;
}

export function writeCommit(directory: string, commit: Omit<Commit, 'sha'>): Promise<string> {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${formatSignature(commit.author)}`,
    `committer ${formatSignature(commit.committer)}`,
    '',
    commit.message,
  ];
  return writeObject(directory, 'commit', lines.join('\n'));
}

export function writeTag(directory: string, tag: AnnotatedTag): Promise<string> {
  const lines = [`object ${tag.object}`, `type ${tag.type}`, `tag ${tag.tag}`];
  const text = [...lines, `tagger ${formatSignature(tag.tagger)}`, '', tag.message].join('\n');
  return writeObject(directory, 'tag', text);
}

export function writeObject(directory: string, type: string, content: string | Buffer): Promise<string> {
  return gitText(directory, ['hash-object', '-t', type, '-w', '--stdin'], { input: content });
}
