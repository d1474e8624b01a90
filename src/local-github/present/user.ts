import type { ServerContext } from '../server-context.ts';
import type { User } from '../store/rows.ts';
import { nodeId, type Schema } from './schema.ts';

export function userOf(hub: ServerContext, user: User): Schema<'simple-user'> {
  const url = `${hub.apiUrl}/users/${encodeURIComponent(user.login)}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('U', user.id),
    avatar_url: `${hub.url}/avatars/u/${user.id}`,
    gravatar_id: '',
    url,
    html_url: `${hub.url}/${encodeURIComponent(user.login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    site_admin: false,
  };
}

export function userById(hub: ServerContext, id: number): Schema<'simple-user'> {
  return userOf(hub, hub.store.users.get(id)!);
}
