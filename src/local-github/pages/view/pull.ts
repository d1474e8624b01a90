import { diffFiles } from '../../git/diff.ts';
import { fullName, type ServerContext } from '../../server-context.ts';
import type { Issue, Pull, Repository } from '../../store/rows.ts';
import { diffView } from '../diff.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';
import { markdown } from '../markdown.ts';
import { checkLine, loginOf, stateBadge, when } from './common.ts';
import { conversation } from './issues.ts';

/** One pull request: conversation, commits, checks and diff on one page. */
export async function pullPage(hub: ServerContext, repo: Repository, issue: Issue, pull: Pull): Promise<Html> {
  const name = fullName(hub, repo);
  const git = hub.git(repo);
  const from = (await git.mergeBase(pull.baseSha, pull.headSha)) ?? pull.baseSha;
  const shas = await git.revList('--reverse', '--max-count=250', `${from}..${pull.headSha}`);
  const commits = await Promise.all(shas.map(async (sha) => (await git.commit(sha))!));
  return page(
    `${issue.title} · Pull request #${issue.number}`,
    { repository: name, section: 'pulls' },
    html`<h1>${issue.title} <small>#${issue.number}</small></h1>
<p>${stateBadge(issue, pull)} ${loginOf(hub, issue.user)} wants to merge <code>${pull.headRef}</code> into <code>${pull.baseRef}</code>
${pull.merged && html`<span class="done">merged ${when(pull.mergedAt)}</span>`}</p>
${conversation(hub, name, issue)}${reviews(hub, pull, name)}
<h2>Checks</h2>${checks(hub, repo, pull.headSha)}
<h2>Commits</h2><div class="list">${commits.map(
      (
        commit,
      ) => html`<div><a class="mono" href="/${name}/commit/${commit.sha}">${commit.sha.slice(0, 7)}</a> ${commit.message.split('\n')[0]}
<span class="dim">${commit.author.name}, ${when(commit.author.date)}</span></div>`,
    )}</div>
<h2>Changes</h2>${diffView(await diffFiles(git, from, pull.headSha))}`,
  );
}

function reviews(hub: ServerContext, pull: Pull, name: string): Html[] {
  return hub.store.reviews.list({ pull: pull.id }).map(
    (review) => html`<div class="box"><div class="top"><strong>${loginOf(hub, review.user)}</strong>
${review.state.toLowerCase().replace('_', ' ')} ${when(review.submittedAt)}</div>
${review.body && html`<div class="body">${markdown(review.body, { repository: name })}</div>`}</div>`,
  );
}

/** Check runs on a commit, each with what its App wrote. */
export function checks(hub: ServerContext, repo: Repository, sha: string): Html {
  const runs = hub.store.checkRuns.list({ repo: repo.id, headSha: sha });
  if (runs.length === 0) return html`<p class="dim">None on this commit.</p>`;
  return html`<div class="list">${runs.map((run) => {
    const line = checkLine(run, hub.store.apps.get(run.app)!.slug);
    const text = [run.summary, run.text].filter((part) => part !== null).join('\n\n');
    return text === ''
      ? line
      : html`<details><summary>${line}</summary>${markdown(text, { repository: fullName(hub, repo) })}</details>`;
  })}</div>`;
}
