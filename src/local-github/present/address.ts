import { fullName, type ServerContext } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';

/** Where a repository's things are: `api` below the REST API, `html` for people. */
export function addressOf(hub: ServerContext, repo: Repository): { readonly api: string; readonly html: string } {
  const name = fullName(hub, repo);
  return { api: `${hub.apiUrl}/repos/${name}`, html: `${hub.url}/${name}` };
}
