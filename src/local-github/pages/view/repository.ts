import type { TreeEntry } from '../../git/tree.ts';
import { fullName, type ServerContext } from '../../server-context.ts';
import type { Repository } from '../../store/rows.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';
import { markdown } from '../markdown.ts';
import { when } from './common.ts';

/** A folder of a repository at a ref, its last commit, and its README. `null` where there is none. */
export async function treePage(hub: ServerContext, repo: Repository, ref: string, path: string): Promise<Html | null> {
  const name = fullName(hub, repo);
  const git = hub.git(repo);
  const sha = await git.resolve(ref);
  if (sha === undefined) return path === '' && ref === repo.defaultBranch ? emptyPage(name) : null;
  const tree = await git.tree(path === '' ? sha : `${sha}:${path}`);
  if (tree === undefined) return null;
  const commit = (await git.commit(sha))!;
  const branches = (await git.refs('refs/heads')).map((each) => each.name.replace('refs/heads/', ''));
  const readme = tree.entries.find((entry) => /^readme(\.md)?$/i.test(entry.name));
  const text = readme && (await git.read(readme.sha))?.content.toString('utf8');
  const entries = [...tree.entries].sort((a, b) => Number(b.type === 'tree') - Number(a.type === 'tree'));
  const link = ({ type, name: file }: TreeEntry) =>
    html`<a class="mono" href="/${name}/${type === 'tree' ? 'tree' : 'blob'}/${ref}/${path === '' ? '' : `${path}/`}${file}">${file}${type === 'tree' && '/'}</a>`;
  return page(
    name,
    { repository: name, section: 'code' },
    html`<h1>${repo.description ?? name} <small>at ${ref}${path && ` / ${path}`}</small></h1>
<div class="box"><div class="top"><a class="mono" href="/${name}/commit/${sha}">${sha.slice(0, 7)}</a> ${commit.message.split('\n')[0]}
· ${commit.author.name}, ${when(commit.author.date)}</div>
<div class="body">${entries.map((entry) => html`<div>${link(entry)}</div>`)}</div></div>
${text !== undefined && html`<div class="box"><div class="body">${markdown(text, { repository: name, file: true })}</div></div>`}
<h2>${branches.length} ${branches.length === 1 ? 'branch' : 'branches'}</h2>
<p>${branches.map((branch) => html`<a class="mono" href="/${name}/tree/${branch}">${branch}</a> `)}</p>`,
  );
}

function emptyPage(name: string): Html {
  return page(name, { repository: name, section: 'code' }, html`<h1>${name}</h1><p class="dim">No commit yet.</p>`);
}

/** One file at a ref. `null` where there is none. */
export async function blobPage(hub: ServerContext, repo: Repository, ref: string, path: string): Promise<Html | null> {
  const name = fullName(hub, repo);
  const sha = await hub.git(repo).resolve(ref);
  const blob = sha ? await hub.git(repo).read(`${sha}:${path}`) : null;
  if (blob?.type !== 'blob') return null;
  const text = blob.content.includes(0) ? null : blob.content.toString('utf8');
  return page(
    `${path} at ${ref}`,
    { repository: name, section: 'code' },
    html`<h1 class="mono">${path} <small>at ${ref}</small></h1><p class="dim">${blob.size} bytes</p>
${text === null ? html`<p class="dim">No text to show.</p>` : html`<pre>${text}</pre>`}`,
  );
}
