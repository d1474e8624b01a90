import type { Actions } from '../../actions/actions.ts';
import type { JobRow, RunRow } from '../../actions/rows.ts';
import { fullName } from '../../server-context.ts';
import type { Repository } from '../../store/rows.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';
import { markdown } from '../markdown.ts';
import { loginOf, mark, when } from './common.ts';

const MAX_RUNS = 200;
const MAX_LOG_LINES = 10_000;

/** The latest workflow runs of a repository. */
export function runsPage({ hub, tables }: Actions, repo: Repository): Html {
  const name = fullName(hub, repo);
  const row = (
    run: RunRow,
  ) => html`<div>${mark(run.status, run.conclusion)} <a href="/${name}/actions/runs/${run.id}"><strong>${run.title}</strong></a>
<div class="dim">${tables.workflows.get(run.workflow)!.name} #${run.number}: ${run.event} on <code>${run.headBranch}</code> by ${loginOf(hub, run.actor)}, ${when(run.createdAt)}</div></div>`;
  const runs = tables.runs.list({ repo: repo.id }, { descending: true, limit: MAX_RUNS });
  return page(
    `Workflow runs of ${name}`,
    { repository: name, section: 'actions' },
    html`<h1>Workflow runs</h1>${runs.length > 0 ? html`<div class="list">${runs.map(row)}</div>` : html`<p class="dim">None yet.</p>`}`,
  );
}

/** One run: its jobs with steps, summary and log, and its artifacts. */
export function runPage(actions: Actions, repo: Repository, run: RunRow): Html {
  const { hub, tables } = actions;
  const name = fullName(hub, repo);
  const artifacts = tables.artifacts.list({ run: run.id, finalized: true });
  return page(
    `${run.title} · run ${run.id}`,
    { repository: name, section: 'actions' },
    html`<h1>${mark(run.status, run.conclusion)} ${run.title} <small>${tables.workflows.get(run.workflow)!.name} #${run.number}</small></h1>
<p class="dim">${run.event} on <code>${run.headBranch}</code> at <a class="mono" href="/${name}/commit/${run.headSha}">${run.headSha.slice(0, 7)}</a>
by ${loginOf(hub, run.actor)}, ${when(run.createdAt)} · ${run.conclusion ?? run.status.replace('_', ' ')}</p>
${run.problems.map((problem) => html`<p class="bad">${problem}</p>`)}
${tables.jobs.list({ run: run.id }).map((job) => jobView(actions, job))}
${
  artifacts.length > 0 &&
  html`<h2>Artifacts</h2><div class="list">${artifacts.map(
    (artifact) =>
      html`<div>${artifact.name} <span class="dim">${artifact.size} bytes, <span class="mono">${artifact.digest}</span></span></div>`,
  )}</div>`
}`,
  );
}

function jobView({ logs }: Actions, job: JobRow): Html {
  const log = logs.read(job.id);
  return html`<h2 id="job-${job.id}">${mark(job.status, job.conclusion)} ${job.name}</h2>
${job.annotations.map(
  ({ annotation_level: level, message, path, start_line: line }) =>
    html`<p class="${level === 'failure' ? 'bad' : 'wait'}">${message} <span class="dim mono">${path}:${line}</span></p>`,
)}
${job.summary !== '' && html`<div class="box"><div class="top">Summary</div><div class="body">${markdown(job.summary)}</div></div>`}
<div class="list">${job.steps.map((step) => html`<div>${mark(step.status, step.conclusion)} ${step.name}</div>`)}</div>
${log !== undefined && html`<details${job.status === 'completed' && job.conclusion !== 'failure' ? '' : OPEN}><summary>Log</summary>${logView(log)}</details>`}`;
}

const OPEN = html` open`;

function logView(log: string): Html {
  const all = log.trimEnd().split('\n');
  const hidden = Math.max(0, all.length - MAX_LOG_LINES);
  const lines = all.slice(hidden).map((line) => {
    const [, time = '', text = line] = /^(\d{4}-\S+Z) (.*)$/.exec(line) ?? [];
    const level = /^##\[(error|warning|group)\](.*)$/.exec(text);
    const colour = { error: 'bad', warning: 'wait', group: 'done' }[level?.[1] ?? ''] ?? '';
    return html`<div class="${colour}"><span class="time">${time.slice(11, 19)} </span>${level ? level[2] : text.replace(/^##\[endgroup\]$/, '')}</div>`;
  });
  return html`${hidden > 0 && html`<p class="dim">${hidden} earlier lines are not shown.</p>`}<div class="log mono">${lines}</div>`;
}
