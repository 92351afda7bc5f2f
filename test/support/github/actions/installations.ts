import { installationView } from '../views/app.js';
import { type Account, fullName, type Installation, type Permissions, type Repository, type World } from '../world.js';

function short(repository: Repository) {
  const { id, nodeId, name } = repository;
  return { id, node_id: nodeId, name, full_name: fullName(repository), private: repository.private };
}

function tell(world: World, installation: Installation, action: string, sender: Account, more: object): void {
  const payload = { installation: installationView(world, installation), ...more };
  world.hooks.emit({ name: 'installation', action, sender, installation, payload });
}

export function addInstallation(
  world: World,
  account: Account,
  selected: readonly Repository[] | 'all',
  permissions: Permissions,
): Installation {
  const installation: Installation = {
    id: world.nextId(),
    account,
    permissions: { metadata: 'read', ...permissions },
    selection: selected === 'all' ? 'all' : 'selected',
    selected: new Set(selected === 'all' ? [] : selected),
    suspendedAt: null,
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  world.installations.set(installation.id, installation);
  const repositories = world.repositoriesOf(installation).map(short);
  tell(world, installation, 'created', account, { repositories, requester: null });
  return installation;
}

/** Uninstalls the App: its tokens end, and it is told. */
export function removeInstallation(world: World, installation: Installation, by: Account): void {
  const repositories = world.repositoriesOf(installation).map(short);
  tell(world, installation, 'deleted', by, { repositories });
  world.installations.delete(installation.id);
}

export function setSuspended(world: World, installation: Installation, by: Account, at: string | null): void {
  installation.suspendedAt = at;
  tell(world, installation, at ? 'suspend' : 'unsuspend', by, {});
}

export function acceptPermissions(world: World, installation: Installation, permissions: Permissions): void {
  installation.permissions = { metadata: 'read', ...permissions };
  installation.updatedAt = world.now();
  tell(world, installation, 'new_permissions_accepted', installation.account, {});
}

/** Adds repositories to a selection, or takes them out of it. */
export function changeSelection(
  world: World,
  installation: Installation,
  { added = [], removed = [] }: { added?: readonly Repository[]; removed?: readonly Repository[] },
): void {
  for (const repository of added) installation.selected.add(repository);
  for (const repository of removed) installation.selected.delete(repository);
  for (const action of ['added', 'removed'] as const) {
    if ((action === 'added' ? added : removed).length === 0) continue;
    const payload = {
      installation: installationView(world, installation),
      repository_selection: installation.selection,
      repositories_added: action === 'added' ? added.map(short) : [],
      repositories_removed: action === 'removed' ? removed.map(short) : [],
      requester: null,
    };
    world.hooks.emit({
      name: 'installation_repositories',
      action,
      sender: installation.account,
      installation,
      payload,
    });
  }
}
