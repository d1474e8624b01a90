import type { ServerContext } from '../../server-context.ts';
import type { CheckRun, Issue, Pull } from '../../store/rows.ts';
import { type Html, html } from '../html.ts';

/** A time as people read it, exact where they point. */
export function when(time: string | null): Html {
  if (time === null) return html``;
  return html`<time datetime="${time}" title="${time}">${time.slice(0, 16).replace('T', ' ')}</time>`;
}

export function loginOf(hub: ServerContext, user: number): string {
  return hub.store.users.get(user)!.login;
}

/** The badge of an issue or pull request. */
export function stateBadge(issue: Issue, pull?: Pull): Html {
  const [kind, word] = pull?.merged
    ? ['merged', 'Merged']
    : issue.state === 'closed'
      ? [issue.isPull ? 'closed' : 'finished', 'Closed']
      : pull?.draft
        ? ['draft', 'Draft']
        : ['open', 'Open'];
  return html`<span class="state ${kind}">${word}</span>`;
}

const MARKS: Readonly<Record<string, readonly [string, string]>> = {
  success: ['good', '✓'],
  neutral: ['dim', '■'],
  skipped: ['dim', '⊘'],
  failure: ['bad', '✗'],
  timed_out: ['bad', '✗'],
  action_required: ['bad', '!'],
  cancelled: ['dim', '⊘'],
  in_progress: ['wait', '●'],
};

/** A mark and a word for where a run, job, step or check stands. */
export function mark(status: string, conclusion: string | null): Html {
  const word = conclusion ?? status;
  const [colour, sign] = MARKS[word] ?? ['wait', '○'];
  return html`<span class="${colour}" title="${word}">${sign}</span>`;
}

export function checkLine(check: CheckRun, by: string): Html {
  return html`<div>${mark(check.status, check.conclusion)} <strong>${check.name}</strong> <span class="dim">by ${by}:
${(check.conclusion ?? check.status).replace('_', ' ')}</span> ${check.title}
${check.detailsUrl && /^https?:\/\//.test(check.detailsUrl) && html`<a href="${check.detailsUrl}">Details</a>`}</div>`;
}
