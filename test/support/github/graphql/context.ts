import { GraphQLError } from 'graphql';
import { type Grant, granted } from '../http/access.js';
import type { Caller } from '../http/call.js';
import { type Account, mayWrite, type Repository, type World } from '../world.js';

export interface Context {
  readonly world: World;
  readonly caller: Caller;
}

export function refusal(type: 'FORBIDDEN' | 'NOT_FOUND' | 'UNPROCESSABLE', message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** All of the grants are needed; GitHub asks for more here than in REST. */
export function demandAll({ caller }: Context, repository: Repository, grants: readonly Grant[]): void {
  const allowed =
    caller.kind === 'installation'
      ? grants.every((grant) => granted(caller.token, repository, grant))
      : caller.kind === 'user' && mayWrite(repository, caller.account);
  if (!allowed) throw refusal('FORBIDDEN', 'Resource not accessible by integration');
}

export function actorOf({ world, caller }: Context): Account {
  return caller.kind === 'user' ? caller.account : world.app.bot;
}

export function nodeOf({ world }: Context, id: string) {
  const node = world.nodes.get(id);
  if (!node) throw refusal('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
  return node;
}
