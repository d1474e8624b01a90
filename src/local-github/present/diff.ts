import type { FileDiff } from '../git/diff.ts';
import type { ServerContext } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';
import { addressOf } from './address.ts';
import type { Schema } from './schema.ts';

/** A changed file, with links into the commit it was changed by. */
export function diffEntryOf(hub: ServerContext, repo: Repository, sha: string, file: FileDiff): Schema<'diff-entry'> {
  const { api, html } = addressOf(hub, repo);
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${sha}/${path}`,
    raw_url: `${html}/raw/${sha}/${path}`,
    contents_url: `${api}/contents/${path}?ref=${sha}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previous === null ? {} : { previous_filename: file.previous }),
  };
}
