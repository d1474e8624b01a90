import type { ServerContext } from '../server-context.ts';
import type { App, Installation } from '../store/rows.ts';
import { nodeId, type Schema } from './schema.ts';
import { userById } from './user.ts';

export function appOf(hub: ServerContext, app: App): Schema<'integration'> {
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: nodeId('A', app.id),
    owner: userById(hub, app.owner),
    name: app.name,
    description: app.description ?? null,
    external_url: app.url ?? hub.url,
    html_url: `${hub.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: [...app.events],
  };
}

export function installationOf(hub: ServerContext, installation: Installation): Schema<'installation'> {
  const app = hub.store.apps.get(installation.app)!;
  const account = userById(hub, installation.account);
  return {
    id: installation.id,
    client_id: app.clientId,
    account,
    repository_selection: installation.repositories === null ? 'all' : 'selected',
    access_tokens_url: `${hub.apiUrl}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${hub.apiUrl}/installation/repositories`,
    html_url: `${hub.url}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: installation.account,
    target_type: account.type,
    permissions: installation.permissions as Schema<'app-permissions'>,
    events: [...installation.events],
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspended ? account : null,
    suspended_at: installation.suspended ? installation.createdAt : null,
  };
}
