import { includes } from '../http/access.js';
import type { Caller } from '../http/call.js';
import { notFound } from '../http/reply.js';
import { type Repository, roleOf, type World } from '../world.js';

/** The repository if the caller may read it; else GitHub says that there is none. Old names still lead there. */
export function visibleRepository(world: World, caller: Caller, owner: string, name: string): Repository {
  const repository = world.repository(owner, name) ?? world.moved.get(`${owner}/${name}`.toLowerCase());
  if (!repository) throw notFound();
  if (!repository.private) return repository;
  if (caller.kind === 'installation' && includes(caller.token, repository)) return repository;
  if (caller.kind === 'user' && roleOf(repository, caller.account)) return repository;
  throw notFound();
}
