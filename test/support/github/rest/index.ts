import { createHash } from 'node:crypto';
import { operation as describedOperation, requestProblems, responseProblems } from '../contract/contract.js';
import type { Operation } from '../contract/description.js';
import { authorize } from '../http/access.js';
import type { Call, Caller } from '../http/call.js';
import type { Limits } from '../http/limits.js';
import { notFound, Refusal, type Reply } from '../http/reply.js';
import { Router, type Routes } from '../http/router.js';
import { fullName, type World } from '../world.js';
import { apps } from './apps.js';
import { archives } from './archives.js';
import { checks } from './checks.js';
import { comments } from './comments.js';
import { commits } from './commits.js';
import { contents } from './contents.js';
import { gitData } from './git-data.js';
import { hooks } from './hooks.js';
import { issues } from './issues.js';
import { labels } from './labels.js';
import { manifests } from './manifests.js';
import { pulls } from './pulls.js';
import { refs } from './refs.js';
import { releases } from './releases.js';
import { repositories } from './repositories.js';
import { search } from './search.js';

const routes: Routes = {
  ...apps,
  ...archives,
  ...checks,
  ...comments,
  ...commits,
  ...contents,
  ...gitData,
  ...hooks,
  ...issues,
  ...labels,
  ...manifests,
  ...pulls,
  ...refs,
  ...releases,
  ...repositories,
  ...search,
  'GET /rate_limit': { needs: 'anyone', handle: () => ({ status: 200 }) },
};

export interface Incoming {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly caller: Caller;
}

/** api.github.com: finds the operation, holds both sides to GitHub's description, and lets its handler answer. */
export class Rest {
  readonly #world: World;
  readonly #limits: Limits;
  readonly #router = new Router(routes);

  constructor(world: World, limits: Limits) {
    this.#world = world;
    this.#limits = limits;
  }

  async answer(incoming: Incoming): Promise<Reply> {
    const resource = incoming.url.pathname.startsWith('/search/') ? 'search' : 'core';
    const reply = await this.#guarded(incoming, resource);
    const limits = this.#limits.headers(incoming.caller, resource);
    const versions = { 'x-github-media-type': 'github.v3', 'x-github-api-version-selected': '2022-11-28' };
    return { ...reply, headers: { ...limits, ...versions, ...reply.headers } };
  }

  async #guarded(incoming: Incoming, resource: string): Promise<Reply> {
    try {
      return await this.#route(incoming, resource);
    } catch (error) {
      if (error instanceof Refusal) return refusalReply(error, 'https://docs.github.com/rest');
      throw error;
    }
  }

  async #route(incoming: Incoming, resource: string): Promise<Reply> {
    const { method, caller } = incoming;
    const path = this.#byName(incoming.url.pathname);
    const matched = this.#router.match(method, path);
    if (!matched) return this.#unknown(method, path);
    if (matched.operation === 'GET /rate_limit') return { status: 200, json: this.#limits.view(caller) };
    this.#limits.spend(caller, resource);
    const moved = this.#movedTo(matched.path, path);
    if (moved) return { status: method === 'GET' ? 301 : 307, headers: { location: moved }, json: movedBody(moved) };
    const described = describedOperation(matched.operation);
    if (!described) throw new Error(`${matched.operation} is served here but GitHub describes no such operation`);
    const body = parseBody(incoming.body);
    const query = Object.fromEntries(incoming.url.searchParams);
    const call: Call = { ...incoming, world: this.#world, ...matched, query, body: (body ?? {}) as Call['body'] };
    return this.#perform(call, described, matched.route, body);
  }

  async #perform(call: Call, described: Operation, route: Routes[string], body: unknown): Promise<Reply> {
    const { owner, repo } = call.path;
    const repository = owner && repo ? this.#world.repository(owner, repo) : undefined;
    if (repo && !repository && route.needs !== 'app') throw notFound();
    authorize(call, route.needs, repository);
    const problems = requestProblems(described, { path: call.path, query: call.query, body });
    if (problems.length > 0) return this.#mismatch(call, described, problems);
    const reply = await this.#handled(call, described, route);
    this.#record(call.operation, `answer ${reply.status}`, responseProblems(described, reply.status, reply.json));
    return withETag(call, reply);
  }

  async #handled(call: Call, described: Operation, route: Routes[string]): Promise<Reply> {
    try {
      return await route.handle(call);
    } catch (error) {
      if (error instanceof Refusal) return refusalReply(error, described.documentation);
      throw error;
    }
  }

  #mismatch(call: Call, described: Operation, problems: readonly string[]): Reply {
    this.#record(call.operation, 'request', problems);
    const message = `Invalid request.\n\n${problems.join('\n')}`;
    return refusalReply(new Refusal(422, message), described.documentation);
  }

  #record(operation: string, side: string, problems: readonly string[]): void {
    for (const problem of problems) this.#world.violations.push(`${operation}: ${side}: ${problem}`);
  }

  #unknown(method: string, path: string): Reply {
    const message = `the stand-in does not serve ${method} ${path}`;
    this.#world.violations.push(message);
    return { status: 501, json: { message } };
  }

  /** Repositories can be asked for by their id, which outlives their name. */
  #byName(path: string): string {
    const match = /^\/repositories\/(\d+)(\/.*)?$/.exec(path);
    const repository = this.#world.repositories.find(({ id }) => id === Number(match?.[1]));
    return repository ? `/repos/${fullName(repository)}${match?.[2] ?? ''}` : path;
  }

  #movedTo({ owner, repo }: Readonly<Record<string, string>>, path: string): string | undefined {
    if (!owner || !repo || this.#world.repository(owner, repo)) return undefined;
    const repository = this.#world.moved.get(`${owner}/${repo}`.toLowerCase());
    const rest = path
      .split('/')
      .slice(4)
      .map((segment) => `/${segment}`);
    return repository && `https://api.github.com/repositories/${repository.id}${rest.join('')}`;
  }
}

function movedBody(url: string) {
  return { message: 'Moved Permanently', url, documentation_url: 'https://docs.github.com/rest' };
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
}

/** What has not changed is not sent again. */
function withETag(call: Call, reply: Reply): Reply {
  if (!call.operation.startsWith('GET ') || reply.status !== 200 || reply.json === undefined) return reply;
  const etag = `W/"${createHash('sha256').update(JSON.stringify(reply.json)).digest('hex')}"`;
  const headers = { ...reply.headers, etag, 'cache-control': 'private, max-age=60, s-maxage=60' };
  const known = (call.headers['if-none-match'] ?? '').split(/, */).map((tag) => tag.replace(/^W\//, ''));
  return known.includes(etag.slice(2)) ? { status: 304, headers } : { ...reply, headers };
}

export function refusalReply(refusal: Refusal, documentation: string): Reply {
  const { status, message, errors, headers } = refusal;
  const json = { message, ...(errors ? { errors } : {}), documentation_url: documentation, status: String(status) };
  return { status, headers, json };
}
