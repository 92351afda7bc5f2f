import { generateKeyPairSync } from 'node:crypto';
import type { Fetch } from '../../src/net/http.js';

/** A repository that the App reaches: its branches, and the files of all of them. */
export interface SmallRepository {
  branches: Record<string, string>;
  files: Record<string, string>;
}

/**
 * The few answers of GitHub that a sync of forks needs, for tests of what stands behind it; the strict stand-in in
 * `test/support/github` is for everything else. One installation, number 1.
 */
export function smallGitHub(repositories: Record<string, SmallRepository>): { fetch: Fetch; asked: string[] } {
  const asked: string[] = [];
  const fetch = async (input: unknown, init?: { method?: string }) => {
    const { pathname, searchParams } = new URL(String(input));
    const request = `${init?.method ?? 'GET'} ${pathname}`;
    asked.push(request);
    const body = reply(request, searchParams, repositories);
    const headers = { 'content-type': 'application/json' };
    const found = init?.method === 'POST' ? 201 : 200;
    const response = new Response(JSON.stringify(body ?? { message: 'Not Found' }), {
      status: body === null ? 404 : found,
      headers,
    });
    // Octokit reads the address of a page from it; a response that was not fetched has none.
    return Object.defineProperty(response, 'url', { value: String(input) });
  };
  return { fetch: fetch as unknown as Fetch, asked };
}

function reply(request: string, query: URLSearchParams, repositories: Record<string, SmallRepository>): unknown {
  if (request === 'GET /app') return { slug: 'modprobot' };
  if (request === 'GET /app/installations') return [{ id: 1, account: { login: 'anna' }, suspended_at: null }];
  if (request === 'POST /app/installations/1/access_tokens') {
    return { token: 'secret', expires_at: '2099-01-01T00:00:00Z', permissions: {}, repository_selection: 'all' };
  }
  if (request === 'GET /installation/repositories') {
    const listed = Object.keys(repositories).map((name) => repository(name));
    return { total_count: listed.length, repositories: listed };
  }
  const [, name = '', rest = ''] = /^GET \/repos\/([^/]+\/[^/]+)\/?(.*)$/.exec(request) ?? [];
  const found = repositories[name];
  return found === undefined ? null : ofRepository(name, found, rest, query);
}

function ofRepository(name: string, { branches, files }: SmallRepository, rest: string, query: URLSearchParams) {
  if (rest === '') return repository(name);
  if (rest === 'pulls') return [];
  const branch = rest.replace(/^git\/ref\/heads(%2F|\/)/, '');
  if (branch !== rest) {
    const sha = branches[decodeURIComponent(branch)];
    return sha === undefined ? null : { ref: `refs/heads/${branch}`, object: { sha, type: 'commit' } };
  }
  const path = decodeURIComponent(rest.replace(/^contents\//, ''));
  const text = files[path];
  if (text === undefined || !query.has('ref')) return null;
  return { type: 'file', encoding: 'base64', content: Buffer.from(text).toString('base64'), sha: '0'.repeat(40) };
}

function repository(fullName: string) {
  const [login, name] = fullName.split('/');
  return { name, owner: { login }, default_branch: 'master', fork: true, archived: false };
}

/** Credentials of an App that nobody has. */
export function someApp() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  return { appId: 1, privateKey: pem, webhookSecret: 'a long random text' };
}
