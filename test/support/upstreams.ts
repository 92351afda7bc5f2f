import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { git, serveGit, startHttpsServer } from './git-server.js';

/** Any number of upstreams with one tag each on a local git server. */
export interface Upstreams {
  readonly hosts: Awaited<ReturnType<typeof startHttpsServer>>['hosts'];
  /** Requests that were answered since the last call. */
  takeRequests(): readonly string[];
  /** The tag that all of them get beside `v1.0`. */
  release(tag: string): Promise<void>;
  close(): Promise<void>;
}

/** One repository stands behind every path on github.com. */
export async function startUpstreams(): Promise<Upstreams> {
  const directory = await mkdtemp(path.join(tmpdir(), 'modprobot-upstreams-'));
  await git(directory, 'init', '-q', '-b', 'main', 'upstream');
  const upstream = path.join(directory, 'upstream');
  await git(upstream, 'commit', '-q', '--allow-empty', '-m', 'First');
  await git(upstream, 'tag', 'v1.0');
  let requests: string[] = [];
  const server = await startHttpsServer(['github.com'], async (request, response) => {
    requests.push(request.url ?? '');
    if (!(await serveGit(path.join(upstream, '.git'), request, response))) response.writeHead(404).end();
  });
  return {
    hosts: server.hosts,
    takeRequests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    async release(tag) {
      await git(upstream, 'tag', tag);
    },
    async close() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Addresses of so many upstreams. */
export function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `https://github.com/author/driver${number}.git`);
}
