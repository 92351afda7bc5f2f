import { includes, installationOfCaller } from '../http/access.js';
import { part, repositoryOf } from '../http/call.js';
import { countedList, list } from '../http/pages.js';
import { noContent, notFound, ok, Refusal } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import { accountView, publicAccountView } from '../views/account.js';
import { fullRepositoryView, repositoryView } from '../views/repository.js';
import { type Account, mayWrite, type Repository, type Role, roleOf } from '../world.js';

export const repositories: Routes = {
  'GET /repos/{owner}/{repo}': {
    needs: ['metadata:read'],
    handle: (call) => ok(fullRepositoryView(repositoryOf(call), call.caller)),
  },
  'GET /installation/repositories': {
    needs: 'installation',
    handle(call) {
      const installation = installationOfCaller(call);
      const token = call.caller.kind === 'installation' ? call.caller.token : undefined;
      const all = call.world.repositoriesOf(installation).filter((one) => !token || includes(token, one));
      const view = (one: Repository) => repositoryView(one, call.caller);
      return countedList(call, all, 'repositories', view, { repository_selection: installation.selection });
    },
  },
  'GET /users/{username}': {
    needs: 'anyone',
    handle(call) {
      const account = call.world.accounts.get(part(call, 'username').toLowerCase());
      if (!account) throw notFound();
      return ok(publicAccountView(account, call.world));
    },
  },
  'GET /repos/{owner}/{repo}/collaborators': {
    needs: ['metadata:read'],
    handle(call) {
      const repository = repositoryOf(call);
      const all: [Account, Role][] = [[repository.owner, 'admin'], ...repository.collaborators];
      return list(call, all, ([account, role]) => ({
        ...accountView(account),
        permissions: rolePermissions(role),
        role_name: role,
      }));
    },
  },
  'GET /repos/{owner}/{repo}/collaborators/{username}': {
    needs: ['metadata:read'],
    handle(call) {
      const repository = repositoryOf(call);
      const account = call.world.accounts.get(part(call, 'username').toLowerCase());
      if (!account || !(repository.owner === account || repository.collaborators.has(account))) throw notFound();
      return noContent;
    },
  },
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': {
    needs: ['metadata:read'],
    handle(call) {
      if (call.caller.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
      const repository = repositoryOf(call);
      const username = part(call, 'username');
      const account = call.world.accounts.get(username.toLowerCase());
      if (!account) throw new Refusal(404, `${username} is not a user`);
      const role = roleOf(repository, account);
      return ok({
        permission: legacy(role),
        role_name: role ?? 'none',
        user: { ...accountView(account), permissions: rolePermissions(role), role_name: role ?? 'none' },
      });
    },
  },
  'GET /repos/{owner}/{repo}/assignees/{assignee}': {
    needs: ['metadata:read'],
    handle(call) {
      const account = call.world.accounts.get(part(call, 'assignee').toLowerCase());
      if (!account || !mayWrite(repositoryOf(call), account)) throw notFound();
      return noContent;
    },
  },
};

/** The old field knows four answers: `maintain` reads as write, `triage` as read. */
function legacy(role: Role | undefined): 'admin' | 'write' | 'read' | 'none' {
  if (role === 'maintain') return 'write';
  if (role === 'triage') return 'read';
  return role ?? 'none';
}

function rolePermissions(role: Role | undefined) {
  const order: Role[] = ['read', 'triage', 'write', 'maintain', 'admin'];
  const at = role ? order.indexOf(role) : -1;
  return { pull: at >= 0, triage: at >= 1, push: at >= 2, maintain: at >= 3, admin: at >= 4 };
}
