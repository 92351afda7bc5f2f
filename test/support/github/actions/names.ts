import { accountView } from '../views/account.js';
import { type Account, fullName, type Repository, type World } from '../world.js';

/** Renames a repository; its old name goes on leading there. */
export function renameRepository(world: World, repository: Repository, name: string): void {
  const from = repository.name;
  world.moved.set(fullName(repository).toLowerCase(), repository);
  repository.name = name;
  const payload = { changes: { repository: { name: { from } } } };
  world.hooks.emit({ name: 'repository', action: 'renamed', sender: repository.owner, repository, payload });
}

/** Hands a repository over to another account. */
export function transferRepository(world: World, repository: Repository, owner: Account): void {
  const from = repository.owner;
  world.moved.set(fullName(repository).toLowerCase(), repository);
  repository.owner = owner;
  const side = from.type === 'Organization' ? 'organization' : 'user';
  const payload = { changes: { owner: { from: { [side]: accountView(from) } } } };
  world.hooks.emit({ name: 'repository', action: 'transferred', sender: from, repository, payload });
}
