import { Fault } from '../errors.js';
import type { Git } from '../net/git.js';
import type { Tag } from './tag.js';

/** torvalds/linux has some 900 tags, linux-surface 1,218; the limits are far above and keep a hostile list off. */
const limits = { timeoutMs: 60_000, maxOutputBytes: 8 * 1024 * 1024, tags: 50_000 };

/**
 * The tags of an upstream repository with the commit that each finally points at, in git's order. Works for every forge over
 * git's own protocol and costs no API quota: two requests.
 *
 * Throws `upstream-gone`, `upstream-unreachable`, `upstream-timeout`, `upstream-too-many-tags`, `address-refused`.
 */
export async function listTags(address: string, git: Git): Promise<Tag[]> {
  try {
    const output = await git.remote(address, (url) => ['ls-remote', '--tags', '--quiet', '--', url], limits);
    const tags = readTags(output);
    if (tags.length > limits.tags) throw tooMany(address);
    return tags;
  } catch (error) {
    throw explain(address, error);
  }
}

/** Reads `git ls-remote --tags`: `<object>\trefs/tags/<name>`, an annotated tag followed by its peeled line `<name>^{}`. */
export function readTags(output: string): Tag[] {
  const commits = new Map<string, string>();
  for (const line of output.split('\n')) {
    const match = /^([0-9a-f]{40})\trefs\/tags\/(.+)$/.exec(line);
    if (match === null) continue;
    const [, object = '', reference = ''] = match;
    // git forbids `^` in reference names: the ending is the server's mark and never part of a name.
    commits.set(reference.replace(/\^\{\}$/, ''), object);
  }
  return [...commits].map(([name, commit]) => ({ name, commit }));
}

const gone = [
  /repository '.*' not found/,
  /returned error: (404|410|451)/,
  // GitHub asks for a password where a repository does not exist or is private.
  /could not read Username/,
  /Authentication failed/,
  /returned error: 401/,
];

function explain(address: string, error: unknown): unknown {
  if (!(error instanceof Fault)) return error;
  const data = { address };
  if (error.code === 'git-timeout') {
    const message = `${address} did not list its tags within ${limits.timeoutMs / 1000} seconds.`;
    return new Fault('upstream-timeout', message, data, error);
  }
  if (error.code === 'git-output-too-large') return tooMany(address, error);
  if (error.code === 'host-unresolved') {
    return new Fault('upstream-unreachable', `${address} does not answer: ${error.message}`, data, error);
  }
  if (error.code !== 'git-failed') return error;
  const stderr = String(error.data.stderr);
  if (gone.some((pattern) => pattern.test(stderr))) {
    return new Fault('upstream-gone', `${address} does not exist any more, or is private.`, data, error);
  }
  return new Fault('upstream-unreachable', `${address} does not answer: ${stderr.trim().slice(0, 300)}`, data, error);
}

function tooMany(address: string, cause?: unknown): Fault {
  const message = `${address} has more than ${limits.tags} tags, or names that are unreasonably long.`;
  return new Fault('upstream-too-many-tags', message, { address }, cause);
}
