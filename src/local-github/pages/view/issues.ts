import { fullName, type ServerContext } from '../../server-context.ts';
import type { Issue, Repository } from '../../store/rows.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';
import { body } from '../markdown.ts';
import { loginOf, stateBadge, when } from './common.ts';

/** Issues or pull requests of a repository, open ones first, newest first. */
export function issuesPage(hub: ServerContext, repo: Repository, isPull: boolean): Html {
  const name = fullName(hub, repo);
  const { issues, pulls } = hub.store;
  const all = issues.list({ repo: repo.id, isPull }, { descending: true });
  const row = (issue: Issue) => html`<div>${stateBadge(issue, pulls.find({ repo: repo.id, number: issue.number }))}
<a href="/${name}/${isPull ? 'pull' : 'issues'}/${issue.number}"><strong>${issue.title}</strong></a> ${labels(hub, issue)}
<div class="dim">#${issue.number} by ${loginOf(hub, issue.user)}, ${when(issue.createdAt)}</div></div>`;
  const sorted = [...all.filter(({ state }) => state === 'open'), ...all.filter(({ state }) => state === 'closed')];
  const title = isPull ? 'Pull requests' : 'Issues';
  return page(
    `${title} of ${name}`,
    { repository: name, section: isPull ? 'pulls' : 'issues' },
    html`<h1>${title}</h1>${sorted.length > 0 ? html`<div class="list">${sorted.map(row)}</div>` : html`<p class="dim">None yet.</p>`}`,
  );
}

function labels(hub: ServerContext, issue: Issue): Html[] {
  return issue.labels.map((id) => html`<span class="label">${hub.store.labels.get(id)?.name}</span> `);
}

/** The text of an issue or pull request and its comments. */
export function conversation(hub: ServerContext, name: string, issue: Issue): Html {
  const box = (user: number, time: string, text: string | null, key: { issue: number } | { comment: number }) =>
    html`<div class="box"><div class="top"><strong>${loginOf(hub, user)}</strong> ${when(time)}</div>
<div class="body">${body(text, { repository: name })}${reactions(hub, key)}</div></div>`;
  const comments = hub.store.comments.list({ repo: issue.repo, issue: issue.id });
  return html`${box(issue.user, issue.createdAt, issue.body, { issue: issue.id })}
${comments.map((comment) => box(comment.user, comment.createdAt, comment.body, { comment: comment.id }))}`;
}

const SIGNS: Readonly<Record<string, string>> = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  confused: '😕',
  heart: '❤️',
  hooray: '🎉',
  rocket: '🚀',
  eyes: '👀',
};

function reactions(hub: ServerContext, key: { issue: number } | { comment: number }): Html {
  const where = 'issue' in key ? { kind: 'issue', subject: key.issue } : { kind: 'comment', subject: key.comment };
  const counts = new Map<string, number>();
  for (const { content } of hub.store.reactions.list(where as { kind: 'issue'; subject: number }))
    counts.set(content, (counts.get(content) ?? 0) + 1);
  return html`${[...counts].map(([content, count]) => html`<span class="label">${SIGNS[content]} ${count}</span> `)}`;
}

/** One issue with its conversation. */
export function issuePage(hub: ServerContext, repo: Repository, issue: Issue): Html {
  const name = fullName(hub, repo);
  return page(
    `${issue.title} · Issue #${issue.number}`,
    { repository: name, section: 'issues' },
    html`<h1>${issue.title} <small>#${issue.number}</small></h1><p>${stateBadge(issue)} ${labels(hub, issue)}</p>
${conversation(hub, name, issue)}`,
  );
}
