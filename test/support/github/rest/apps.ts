import { removeInstallation, setSuspended } from '../actions/installations.js';
import { type Call, part } from '../http/call.js';
import { list } from '../http/pages.js';
import { created, noContent, notFound, ok, Refusal, unprocessable } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import { appView, installationView } from '../views/app.js';
import { repositoryView } from '../views/repository.js';
import { type Installation, isoSeconds, type Permissions, type Repository } from '../world.js';

const hour = 60 * 60 * 1000;

export const apps: Routes = {
  'GET /app': {
    needs: 'app',
    handle: ({ world }) => ok({ ...appView(world), installations_count: world.installations.size }),
  },
  'GET /apps/{app_slug}': {
    needs: 'anyone',
    handle(call) {
      if (part(call, 'app_slug') !== call.world.app.slug) throw notFound();
      return ok(appView(call.world));
    },
  },
  'GET /app/installations': {
    needs: 'app',
    handle: (call) =>
      list(call, [...call.world.installations.values()], (installation) => installationView(call.world, installation)),
  },
  'GET /app/installations/{installation_id}': {
    needs: 'app',
    handle: (call) => ok(installationView(call.world, installationIn(call))),
  },
  'DELETE /app/installations/{installation_id}': {
    needs: 'app',
    handle(call) {
      removeInstallation(call.world, installationIn(call), call.world.app.bot);
      return noContent;
    },
  },
  'PUT /app/installations/{installation_id}/suspended': {
    needs: 'app',
    handle(call) {
      setSuspended(call.world, installationIn(call), call.world.app.bot, call.world.now());
      return noContent;
    },
  },
  'DELETE /app/installations/{installation_id}/suspended': {
    needs: 'app',
    handle(call) {
      setSuspended(call.world, installationIn(call), call.world.app.bot, null);
      return noContent;
    },
  },
  'POST /app/installations/{installation_id}/access_tokens': { needs: 'app', handle: makeToken },
  'DELETE /installation/token': {
    needs: 'installation',
    handle(call) {
      for (const [token, known] of call.world.installationTokens) {
        if (call.caller.kind === 'installation' && known === call.caller.token)
          call.world.installationTokens.delete(token);
      }
      return noContent;
    },
  },
  'GET /repos/{owner}/{repo}/installation': {
    needs: 'app',
    handle(call) {
      const repository = call.world.repository(part(call, 'owner'), part(call, 'repo'));
      const installation = repository && call.world.installationOf(repository);
      if (!installation) throw notFound();
      return ok(installationView(call.world, installation));
    },
  },
  'GET /users/{username}/installation': { needs: 'app', handle: (call) => ofAccount(call, 'username') },
  'GET /orgs/{org}/installation': { needs: 'app', handle: (call) => ofAccount(call, 'org') },
};

function ofAccount(call: Call, name: string) {
  const login = part(call, name).toLowerCase();
  const found = [...call.world.installations.values()].find((one) => one.account.login.toLowerCase() === login);
  if (!found) throw notFound();
  return ok(installationView(call.world, found));
}

function installationIn(call: Call): Installation {
  const installation = call.world.installations.get(Number(part(call, 'installation_id')));
  if (!installation) throw notFound();
  return installation;
}

function makeToken(call: Call) {
  const { world } = call;
  const installation = installationIn(call);
  if (installation.suspendedAt) throw new Refusal(403, 'This installation has been suspended');
  const { permissions, repositories, repository_ids } = call.body as {
    permissions?: Permissions;
    repositories?: string[];
    repository_ids?: number[];
  };
  const reachable = world.repositoriesOf(installation);
  const chosen = [
    ...(repositories ?? []).map((name) => reachable.find((one) => one.name.toLowerCase() === name.toLowerCase())),
    ...(repository_ids ?? []).map((id) => reachable.find((one) => one.id === id)),
  ];
  if (chosen.includes(undefined)) {
    throw unprocessable(
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  }
  const granted = narrowed(installation.permissions, permissions);
  const limited = repositories || repository_ids ? new Set(chosen as Repository[]) : undefined;
  const token = world.secret('ghs');
  const expiresAt = Date.now() + hour;
  world.installationTokens.set(token, { installation, permissions: granted, repositories: limited, expiresAt });
  return created({
    token,
    expires_at: isoSeconds(expiresAt),
    permissions: granted,
    repository_selection: limited ? 'selected' : installation.selection,
    ...(limited ? { repositories: [...limited].map((one) => repositoryView(one)) } : {}),
  });
}

/** A token may have less than its installation, never more. */
function narrowed(held: Permissions, asked: Permissions | undefined): Permissions {
  if (!asked) return held;
  for (const [name, level] of Object.entries(asked)) {
    const has = held[name as keyof Permissions];
    if (has === undefined || (has === 'read' && level === 'write')) {
      throw unprocessable('The permissions requested are not granted to this installation.');
    }
  }
  return { metadata: 'read', ...asked };
}
