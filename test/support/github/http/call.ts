import type { Account, Installation, InstallationToken, Repository, World } from '../world.js';
import { notFound } from './reply.js';

export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'app' }
  | { readonly kind: 'user'; readonly account: Account }
  | { readonly kind: 'installation'; readonly token: InstallationToken; readonly installation: Installation };

/** A request on its way to a handler: authenticated, its path taken apart. */
export interface Call {
  readonly world: World;
  readonly caller: Caller;
  /** `GET /repos/{owner}/{repo}` */
  readonly operation: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The parsed JSON body; an empty object where there was none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As the client wrote it, with the query. */
  readonly url: URL;
}

/** In whose name the caller acts; anonymous callers get nowhere that asks. */
export function actor(call: Call): Account {
  if (call.caller.kind === 'user') return call.caller.account;
  return call.world.app.bot;
}

export function part(call: Call, name: string): string {
  return call.path[name] ?? '';
}

export function repositoryOf(call: Call): Repository {
  const repository = call.world.repository(part(call, 'owner'), part(call, 'repo'));
  if (!repository) throw notFound();
  return repository;
}

/** The media type that the client asks for: `raw`, `diff`, `json`, … without GitHub's wrapping. */
export function accepts(call: Call): string {
  const match = /application\/vnd\.github\.(?:v3\.)?([a-z]+)/.exec(call.headers.accept ?? '');
  return match?.[1] ?? 'json';
}
