import { OUTCOME_WORDS } from './outcome-text.ts';
import { plateauText } from './plateau/plateau-text.ts';
import { inline } from './text/escape.ts';
import { bar, count, dollars, figure, heldOutProgress, rated, type Tally, tally, tokens } from './text/figures.ts';
import { details, fitBody } from './text/fit.ts';
import { markerToString } from './text/marker.ts';
import { mermaid } from './tree/lineage.ts';
import { runChart } from './tree/pareto.ts';
import { gateSentence } from './verdict/verdict-line.ts';
import { REHEARSAL_NOTE, type RunView, type VariantView, variantIn, type WorkView } from './view.ts';
import { yieldsDetails } from './yields/yields.ts';

/** Rows of the variants' table at most. */
const MAX_ROWS = 60;
const DECISIONS_SHOWN = 20;

/** The one comment on the run's issue that is edited in place, under MAX_BODY_BYTES. */
export function renderDashboard(view: RunView): string {
  const { calibration, measure } = view;
  if (measure !== null) return measureDashboard(view, measure);
  if (calibration !== null) return calibrationDashboard(view, calibration);
  return fitBody(
    [
      `### Run ${view.run} · ${statusText(view)} · budget ${bar(view.budget.used, view.budget.total)} ${view.budget.used}/${view.budget.total} · ${cost(view)}`,
      bestLine(view),
      ...plateauLine(view),
      ...attentionLine(view),
      ...guidanceLine(view),
      variantTable(view),
      outsideLine(view),
      ...inFlightLine(view),
      ...ticksLine(view),
      ...rehearsalLine(view),
    ],
    [
      mermaid(view),
      runChart(view),
      ...yieldsDetails(view.yields),
      details(
        `Decisions and their reasons, newest first${view.decisions.length > DECISIONS_SHOWN ? ` (the last ${DECISIONS_SHOWN} of ${view.decisions.length})` : ''}`,
        decisions(view),
      ),
    ],
    markerToString({ kind: 'dashboard', fields: { run: view.run } }),
  );
}

/** Of a run that measures the root against itself. */
function calibrationDashboard(
  view: RunView,
  { attempts, gradings, done, of }: NonNullable<RunView['calibration']>,
): string {
  const graded = gradings === 1 ? 'once' : `${gradings} times`;
  const { heldOutDone, heldOutPlanned } = view;
  return fitBody(
    [
      `### Run ${view.run} · calibration · ${statusText(view)} · ${cost(view)}`,
      `The root against itself: ${attempts} attempts at each task, each attempt’s files graded ${graded}. No variant is made, nothing is merged.`,
      `Search tasks ${bar(done, of)} ${done}/${of} · held-out tasks ${bar(heldOutDone, heldOutPlanned)} ${heldOutDone}/${heldOutPlanned}`,
      ...(view.outcome === null ? [] : [inline(view.outcome.reason, 1_000)]),
      ...attentionLine(view),
      ...inFlightLine(view),
      ...ticksLine(view),
      ...rehearsalLine(view),
    ],
    [],
    markerToString({ kind: 'dashboard', fields: { run: view.run } }),
  );
}

/** Of a run that measures a pull request. */
function measureDashboard(view: RunView, measure: NonNullable<RunView['measure']>): string {
  const { pull, author, title, head, base, sealed, done, evaluations } = measure;
  const [before, after] = view.variants.map(({ own, heldOut, costUSD }) => ({ ...(sealed ? heldOut : own), costUSD }));
  const row = (name: string, sha: string, { costUSD, ...counts }: Tally & { readonly costUSD: number }) =>
    `| ${name} | \`${sha.slice(0, 12)}\` | ${rated(counts)} | ${dollars(costUSD)} |`;
  return fitBody(
    [
      `### Run ${view.run} · measurement of #${pull} · ${statusText(view)} · ${bar(done, evaluations)} ${done}/${evaluations} evaluations · ${cost(view)}`,
      `${inline(title, 120)}, by ${inline(author, 60)}, on ${sealed ? 'held-out' : 'search'} tasks. Nothing is merged or closed.`,
      [
        '| | commit | resolved | cost |',
        '|---|---|--:|--:|',
        row('base', base, before!),
        row('head', head.sha, after!),
      ].join('\n'),
      ...(view.level === null ? [] : [`<sub>${view.level}</sub>`]),
      ...(view.outcome === null ? [] : [inline(view.outcome.reason, 1_000)]),
      ...attentionLine(view),
      ...inFlightLine(view),
      ...ticksLine(view),
      ...rehearsalLine(view),
    ],
    [],
    markerToString({ kind: 'dashboard', fields: { run: view.run } }),
  );
}

/** What people said all diagnoses should keep to; null for nothing. */
export function guidanceText({ guidance }: Pick<RunView, 'guidance'>): string | null {
  if (guidance.length === 0) return null;
  const said = guidance.map(({ n, by, text }) => `${n}. ${inline(text, 300)} (${inline(by, 60)})`);
  return `**Guidance** (\`/huxley steer\`): ${said.join(' · ')}`;
}

function guidanceLine(view: RunView): string[] {
  const text = guidanceText(view);
  return text === null ? [] : [text];
}

function plateauLine(view: RunView): string[] {
  const text = plateauText(view);
  return text === null ? [] : [text];
}

function attentionLine({ attention }: RunView): string[] {
  return attention.length > 0 ? [`**Attention:** ${attention.map((line) => inline(line, 800)).join(' · ')}`] : [];
}

function inFlightLine({ outcome, inFlight }: RunView): string[] {
  if (outcome !== null) return [];
  return [`In flight: ${inFlight.length === 0 ? 'nothing' : inFlight.map(workText).join(' · ')}`];
}

function ticksLine({ ticks }: RunView): string[] {
  if (ticks === null) return [];
  const { count: n, minutes } = ticks;
  return [
    `<sub>Ticks of this repository: ${n}, about ${count(minutes, 'minute')} of Actions, not counting the jobs.</sub>`,
  ];
}

function rehearsalLine({ rehearsal }: RunView): string[] {
  return rehearsal ? [`> ${REHEARSAL_NOTE}`] : [];
}

/** What the bar above does not count. */
function outsideLine(view: RunView): string {
  const root = variantIn(view, 'v0').own.n;
  const judged = view.heldOutDone === 0 ? '' : ` and ${count(view.heldOutDone, 'held-out evaluation')}`;
  const level = view.level === null ? '' : ` ${view.level}`;
  return `<sub>The budget counts the search. Outside it: ${count(root, 'evaluation')} of the root${judged}.${level}</sub>`;
}

function workText({ what: job, since, url, again }: WorkView): string {
  const what = url !== null && PLAIN_URL.test(url) ? `[${job}](${url})` : job;
  const started = since === null ? '' : ` (since ${since.slice(11, 16)} UTC)`;
  if (again === null) return `${what}${started}`;
  const log = again.log !== null && PLAIN_URL.test(again.log) ? `, [log](${again.log})` : '';
  return `${what}${started}, **attempt ${again.attempt} gave no result** (${inline(again.reason, 300)}${log})`;
}

const PLAIN_URL = /^https?:\/\/[\w.:/-]+$/;

function statusText({ status, outcome }: RunView): string {
  return outcome === null ? status : `ended: ${OUTCOME_WORDS[outcome.kind]}`;
}

function cost({ costUSD: { spent, limit } }: RunView): string {
  return limit === null ? dollars(spent) : `${dollars(spent)} of ${dollars(limit)}`;
}

function bestLine(view: RunView): string {
  const best = variantIn(view, view.best);
  const belief =
    best.own.n === 0 ? 'not measured' : `${tally(best.own)} search tasks (lower bound ${figure(best.lower)})`;
  const heldOut =
    view.gate === null
      ? `${count(view.heldOutTasks, 'held-out task')}, ${view.status === 'held-out' ? `being measured: ${heldOutProgress(view)}` : 'sealed'}.`
      : gateSentence(view.best, view.gate);
  const ending = view.outcome === null || view.gate !== null ? '' : `\n${inline(view.outcome.reason, 600)}`;
  return `Best-belief **${view.best}** ${belief}\n${heldOut}${ending}`;
}

function variantTable({ variants }: RunView): string {
  const rows = variants.toSorted(
    (a, b) => order(a) - order(b) || (a.place ?? variants.length) - (b.place ?? variants.length),
  );
  const shown = rows.slice(0, MAX_ROWS);
  const counted = rows.some(({ tokensPerSolved }) => tokensPerSolved !== null);
  return [
    `| variant | parent | own | clade | promise | cost |${counted ? ' tokens/resolved |' : ''} state | change |`,
    `|---|---|--:|--:|--:|--:|${counted ? '--:|' : ''}---|---|`,
    ...shown.map(
      (row) =>
        `| ${row.variant}${row.pull === null ? '' : ` (#${row.pull})`} | ${row.parent ?? '-'} | ${tally(row.own)} | ${tally(row.clade)} | ${row.promise === null ? '-' : row.promise.toFixed(2)} | ${dollars(row.costUSD)} |${counted ? ` ${tokens(row.tokensPerSolved)} |` : ''} ${stateText(row)} | ${inline(row.summary, 80)}${row.failure === null ? '' : `: ${inline(row.failure, 80)}`} |`,
    ),
    ...(rows.length > shown.length ? [`\n${count(rows.length - shown.length, 'more variant')} not listed.`] : []),
  ].join('\n');
}

function stateText({ state, spent, voids }: VariantView): string {
  return [
    state === 'tampered' ? '**tampered**: never merged' : state,
    ...(spent ? ['nothing new to learn from'] : []),
    ...(voids === 0 ? [] : [`${count(voids, 'attempt')} without a result`]),
  ].join(', ');
}

const LAST: ReadonlySet<VariantView['state']> = new Set([
  'could not be made',
  'did not pass its own check',
  'pruned',
  'tampered',
]);

function order({ state }: VariantView): number {
  return state === 'best' || state === 'offered' || state === 'merged' ? 0 : LAST.has(state) ? 2 : 1;
}

function decisions({ decisions: all }: RunView): string {
  const last = all.slice(-DECISIONS_SHOWN).toReversed();
  return last.length === 0
    ? 'None yet.'
    : last.map(({ n, what, why }) => `- **${n}** ${what}: ${inline(why, 300)}`).join('\n');
}
