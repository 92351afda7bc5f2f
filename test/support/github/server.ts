import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { serveGit } from '../git-server.js';
import { graphql } from './graphql.js';
import type { Caller } from './http/call.js';
import { authenticate } from './http/credentials.js';
import { type Failures, failureReply } from './http/failures.js';
import type { Limits } from './http/limits.js';
import { notFound, Refusal, type Reply } from './http/reply.js';
import { type Incoming, Rest, refusalReply } from './rest/index.js';
import { archiveRedirect, codeload } from './web/archives.js';
import { assetDownload, downloadRedirect, rawFile } from './web/downloads.js';
import { visibleRepository } from './web/visible.js';
import type { World } from './world.js';

/** The real names under which the stand-in is reached. */
export const hostNames = [
  'github.com',
  'api.github.com',
  'codeload.github.com',
  'raw.githubusercontent.com',
  'release-assets.githubusercontent.com',
];

/** A request as it was seen, for tests to look at. */
export interface SeenRequest {
  readonly method: string;
  readonly host: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Who asked: `anonymous`, `app`, `installation 1010`, `user alice`; `nobody` with bad credentials. */
  caller: string;
  status: number;
}

export class Server {
  readonly requests: SeenRequest[] = [];
  readonly #world: World;
  readonly #failures: Failures;
  readonly #rest: Rest;
  readonly #limits: Limits;

  constructor(world: World, failures: Failures, limits: Limits) {
    this.#world = world;
    this.#failures = failures;
    this.#limits = limits;
    this.#rest = new Rest(world, limits);
  }

  /** Takes one HTTP request, whatever its host. */
  readonly handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const headers = plainHeaders(request);
    const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const url = new URL(request.url ?? '/', `https://${host || 'github.com'}`);
    const method = request.method ?? 'GET';
    const failure = this.#failures.take({ method, host, path: url.pathname });
    const isGit = host === 'github.com' && /\/(info\/refs|git-(upload|receive)-pack)$/.test(url.pathname);
    const body = isGit ? Buffer.alloc(0) : await readAll(request);
    const seen: SeenRequest = {
      ...{ method, host, path: url.pathname, query: Object.fromEntries(url.searchParams), headers },
      ...{ body: body.toString(), caller: 'nobody', status: 0 },
    };
    this.requests.push(seen);
    response.once('close', () => {
      seen.status ||= response.statusCode;
    });
    if (failure && failure.cutAfter === undefined && failure.after === undefined) {
      return send(response, seen, failureReply(failure));
    }
    if (isGit && (await this.#git(seen, url, request, response))) return;
    const reply = await this.#reply(seen, { method, url, headers, body });
    await send(response, seen, failure?.after ? failureReply(failure) : reply, failure?.cutAfter);
  };

  async #reply(seen: SeenRequest, incoming: Omit<Incoming, 'caller'>): Promise<Reply> {
    try {
      const caller = authenticate(this.#world, incoming.headers.authorization);
      seen.caller = callerName(caller);
      return await this.#answer(seen.host, { ...incoming, caller });
    } catch (error) {
      if (error instanceof Refusal) return refusalReply(error, 'https://docs.github.com/rest');
      this.#world.violations.push(
        `${seen.method} ${seen.path}: ${String(error instanceof Error ? error.stack : error)}`,
      );
      return { status: 500, json: { message: String(error) } };
    }
  }

  #answer(host: string, incoming: Incoming): Reply | Promise<Reply> {
    const { caller, url } = incoming;
    const path = url.pathname;
    switch (host) {
      case 'api.github.com':
        return path === '/graphql' ? this.#graphql(incoming) : this.#rest.answer(incoming);
      case 'codeload.github.com':
        return codeload(this.#world, caller, path);
      case 'raw.githubusercontent.com':
        return rawFile(this.#world, caller, path);
      case 'release-assets.githubusercontent.com':
        return assetDownload(this.#world, path);
      case 'github.com':
        return archiveRedirect(this.#world, caller, path) ?? downloadRedirect(this.#world, caller, path) ?? page(path);
      default:
        throw notFound();
    }
  }

  async #graphql({ method, caller, body }: Incoming): Promise<Reply> {
    if (method !== 'POST') throw notFound();
    this.#limits.spend(caller, 'graphql');
    const reply = await graphql(this.#world, caller, body);
    return { ...reply, headers: { ...this.#limits.headers(caller, 'graphql'), ...reply.headers } };
  }

  /** Git asks for a user and a password where a repository is not there for everybody. */
  async #git(seen: SeenRequest, url: URL, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const [, owner = '', name = ''] = decodeURIComponent(url.pathname).split('/');
    try {
      const caller = authenticate(this.#world, seen.headers.authorization);
      seen.caller = callerName(caller);
      const repository = visibleRepository(this.#world, caller, owner, name.replace(/\.git$/, ''));
      return await serveGit(repository.directory, request, response);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const headers = { 'www-authenticate': 'Basic realm="GitHub"', 'content-type': 'text/plain' };
      const anonymous = seen.headers.authorization === undefined;
      await send(response, seen, { status: anonymous ? 401 : error.status, headers, raw: 'Repository not found.' });
      return true;
    }
  }
}

/** GitHub's pages are not part of the stand-in. */
function page(path: string): Reply {
  return { status: 404, headers: { 'content-type': 'text/plain' }, raw: `The stand-in has no page ${path}` };
}

function callerName(caller: Caller): string {
  if (caller.kind === 'installation') return `installation ${caller.installation.id}`;
  return caller.kind === 'user' ? `user ${caller.account.login}` : caller.kind;
}

function plainHeaders(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')]);
  return Object.fromEntries(entries) as Record<string, string>;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

let lastRequestId = 0;

async function send(response: ServerResponse, seen: SeenRequest, reply: Reply, cutAfter?: number): Promise<void> {
  seen.status = reply.status;
  lastRequestId += 1;
  const common = { date: new Date().toUTCString(), 'x-github-request-id': `0000:${lastRequestId}` };
  if (reply.raw !== undefined || reply.json === undefined) {
    response.writeHead(reply.status, { ...common, ...reply.headers });
  } else {
    response.writeHead(reply.status, {
      ...common,
      'content-type': 'application/json; charset=utf-8',
      ...reply.headers,
    });
  }
  const body = reply.raw ?? (reply.json === undefined ? '' : JSON.stringify(reply.json));
  if (cutAfter !== undefined) return cut(response, body, cutAfter);
  if (body instanceof Readable) await pipeline(body, response).catch(() => {});
  else response.end(body);
}

/** Sends the beginning of an answer and breaks the connection. */
async function cut(response: ServerResponse, body: NonNullable<Reply['raw']>, bytes: number): Promise<void> {
  let left = bytes;
  const source = body instanceof Readable ? body : Readable.from([Buffer.from(body)]);
  for await (const chunk of source) {
    const piece = (chunk as Buffer).subarray(0, left);
    left -= piece.length;
    response.write(piece);
    if (left <= 0) break;
  }
  setImmediate(() => response.destroy());
}
