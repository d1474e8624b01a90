import { diffFiles } from '../../git/diff.ts';
import { fullName, type ServerContext } from '../../server-context.ts';
import type { Repository } from '../../store/rows.ts';
import { diffView } from '../diff.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';
import { when } from './common.ts';
import { checks } from './pull.ts';

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** One commit: message, checks and diff against its first parent. `null` where there is none. */
export async function commitPage(hub: ServerContext, repo: Repository, sha: string): Promise<Html | null> {
  const name = fullName(hub, repo);
  const git = hub.git(repo);
  const commit = await git.commit(sha);
  if (commit === undefined) return null;
  const [first, ...rest] = commit.message.split('\n');
  return page(
    `${first} · ${sha.slice(0, 7)}`,
    { repository: name, section: 'code' },
    html`<h1>${first}</h1><p class="dim"><span class="mono">${sha}</span> · ${commit.author.name}, ${when(commit.author.date)}
${commit.parents.map((parent) => html` · parent <a class="mono" href="/${name}/commit/${parent}">${parent.slice(0, 7)}</a>`)}</p>
${rest.join('').trim() !== '' && html`<pre>${rest.join('\n').trim()}</pre>`}
<h2>Checks</h2>${checks(hub, repo, commit.sha)}
<h2>Changes</h2>${diffView(await diffFiles(git, commit.parents[0] ?? EMPTY_TREE, commit.sha))}`,
  );
}
