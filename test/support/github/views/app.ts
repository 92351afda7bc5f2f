import type { Installation, World } from '../world.js';
import { accountView, api, web } from './account.js';

export function appView({ app }: World) {
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: app.nodeId,
    owner: accountView(app.owner),
    name: app.name,
    description: '',
    external_url: 'https://modprobot.example',
    html_url: `${web}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

export function installationView({ app }: World, installation: Installation) {
  const url = `${api}/app/installations/${installation.id}`;
  const path = installation.account.type === 'Organization' ? `organizations/${installation.account.login}/` : '';
  return {
    id: installation.id,
    client_id: app.clientId,
    account: accountView(installation.account),
    repository_selection: installation.selection,
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${api}/installation/repositories`,
    html_url: `${web}/${path}settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: installation.permissions,
    events: app.events,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    suspended_at: installation.suspendedAt,
    suspended_by: null,
  };
}
