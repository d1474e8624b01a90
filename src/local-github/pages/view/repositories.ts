import { fullName, type ServerContext } from '../../server-context.ts';
import type { Repository } from '../../store/rows.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';

/** Every repository this reader may see. */
export function repositoriesPage(hub: ServerContext, repositories: readonly Repository[]): Html {
  const rows = repositories.map((repo) => {
    const name = fullName(hub, repo);
    return html`<div><a href="/${name}"><strong>${name}</strong></a> ${repo.private && html`<span class="label">private</span>`}
<span class="dim">${repo.description}</span></div>`;
  });
  const list = rows.length > 0 ? html`<div class="list">${rows}</div>` : html`<p class="dim">None yet.</p>`;
  return page('Repositories', { repository: null }, html`<h1>Repositories</h1>${list}`);
}
