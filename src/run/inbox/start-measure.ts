import type { MeasureOptions } from '../../command/command.ts';
import type { Configuration } from '../../config/schema.ts';
import type { CommitFacts, Forge, PullRequest } from '../../github/forge.ts';
import { HuxleyError } from '../../model/error.ts';
import type { Sha } from '../../model/ids.ts';
import { agentSettings } from '../../order/settle.ts';
import { dollars, few } from '../../report/text/figures.ts';
import { titleText } from '../../report/text/text.ts';
import { smallestGain } from '../../search/gate/gate.ts';
import type { Store } from '../../store/store.ts';
import type { MeasureFacts } from '../measure/text.ts';
import { grantOf, readLedger } from '../promotion/ledger.ts';
import { type PreparedRun, prepareRun } from '../start/start-run.ts';
import { notMeasured } from '../variants/not-measured.ts';
import { ordinaryPull, startOf } from './ordinary-pull.ts';

export interface MeasureRequest {
  readonly run: string;
  /** Number of the pull request. */
  readonly pull: number;
  readonly by: string;
  readonly options: MeasureOptions;
  /** US dollars that are left for it where nobody asked; it is made as large as they pay. */
  readonly leftUSD?: number;
}

export interface PreparedMeasure extends PreparedRun {
  readonly facts: MeasureFacts;
}

/**
 * A run that measures a pull request's head against the merge base with its base branch. Nothing of the pull request is read as an
 * instruction: configuration, workflow and suite are the default branch's.
 * @throws HuxleyError `command.*` where it cannot be measured, and as `prepareRun`
 */
export async function prepareMeasure(
  forge: Forge,
  { run, pull: number, by, options, leftUSD }: MeasureRequest,
  now: Date,
  publicKey: string,
  store: Store,
): Promise<PreparedMeasure> {
  const pull = await ordinaryPull(forge, number, commandOf(options), options.sha);
  const { head, base, moved } = await commitsOf(forge, pull);
  const prepared = await prepareRun(forge, { run, issue: number, by, options: {} }, now, publicKey, store);
  const { started, spec } = prepared;
  const { benchmark, limits, merge, search } = spec.configuration;
  const sealed = options.sealed === true;
  const untouched = await leftOutOf(forge, base, head, spec.configuration);
  const ledger = sealed ? await readLedger(store, forge.repository) : null;
  const leftOut = ledger === null ? [] : grantOf(ledger, started, { evaluations: 1, after: 0 }).leftOut;
  const size = sealed ? started.heldOut.length - leftOut.length : started.tasks.length;
  const least = 2 * size * (sealed ? benchmark.repeats : 1);
  if (size === 0)
    throw new HuxleyError(
      'command.tasks',
      `There are no ${sealed ? 'held-out' : 'search'} tasks to measure on.`,
      'See `benchmark.holdout`.',
    );
  if ((options.evaluations ?? least) < least)
    throw new HuxleyError(
      'command.evaluations',
      `It takes at least ${least} evaluations: both commits on each of ${size} tasks${least > 2 * size ? `, ${benchmark.repeats} times` : ''}.`,
      `Give \`evaluations=${least}\` or more.`,
    );
  const wanted = options.evaluations ?? Math.max(least, merge.evaluations ?? search.budget);
  // The preflight costs as much as an evaluation; sums of fractions are not exact.
  const paid = leftUSD === undefined ? wanted : Math.floor(leftUSD / Math.max(limits.taskCostUSD, 1e-9) + 1e-6) - 1;
  const evaluations = Math.min(wanted, paid);
  if (evaluations < least)
    throw new HuxleyError(
      'command.budget',
      `What is left of this month’s budget, ${dollars(leftUSD!)}, does not pay for a round of ${least} evaluations.`,
      'Raise `measure.monthlyUSD`, or give `/huxley measure`.',
    );
  const grant = ledger && grantOf(ledger, started, { evaluations, after: 0 }).grant;
  const pairs = Math.floor(evaluations / (2 * size)) * size;
  if (grant !== null && started.gate!.goal !== 'cost' && smallestGain(pairs, 1 - grant.level) === null)
    throw new HuxleyError(
      'command.level',
      `With ${size} held-out tasks nothing can be proven any more: earlier comparisons have used up their error budget.`,
      'Add tasks: they start fresh. Or measure on the search tasks: `/huxley measure`.',
    );
  return {
    ...prepared,
    started: {
      ...started,
      root: { sha: base.sha, tree: base.tree },
      costUSD: Math.min(limits.costUSD ?? Number.POSITIVE_INFINITY, (evaluations + 1) * limits.taskCostUSD),
      gate: { ...started.gate!, evaluations },
      measure: {
        pull: number,
        author: pull.author,
        title: titleText(pull.title),
        head: { sha: head.sha, tree: head.tree },
        configuration: started.root.sha,
        evaluations,
        sealed,
        ...(leftUSD === undefined ? {} : { unasked: true }),
      },
    },
    facts: { base: pull.base, moved, untouched, grant, leftOut: leftOut.length },
  };
}

/** The command again, but for its commit. */
function commandOf({ sealed, evaluations }: MeasureOptions): string {
  return ['measure', ...(sealed ? ['sealed'] : []), ...(evaluations ? [`evaluations=${evaluations}`] : [])].join(' ');
}

async function commitsOf(forge: Forge, pull: PullRequest) {
  const { number, base, headSha } = pull;
  const from = await startOf(forge, pull);
  const [head, root, now] = await Promise.all([forge.commit(headSha), forge.commit(from), forge.branch(base)]);
  if (head.tree !== root.tree) return { head, base: root, moved: now !== from };
  throw new HuxleyError('command.nothing', `#${number} changes no file.`, 'There is nothing to measure.');
}

/** What it changes that no worker takes from it, as Markdown. @throws HuxleyError where it changes nothing else */
async function leftOutOf(
  forge: Forge,
  base: CommitFacts,
  head: CommitFacts,
  configuration: Configuration,
): Promise<readonly string[]> {
  const [before, after] = await Promise.all([base, head].map(({ tree }) => filesOf(forge, tree)));
  const changed = [...new Set([...before!.keys(), ...after!.keys()])].filter(
    (path) => before!.get(path) !== after!.get(path),
  );
  const agent = agentSettings(configuration);
  const parts = new Set(changed.map((path) => notMeasured(path, agent, configuration.benchmark.suite)));
  const taken = [...parts].filter((part) => part !== null);
  if (parts.has(null)) return taken;
  throw new HuxleyError(
    'command.nothing',
    `It only changes what a measurement takes from the default branch or hides from the agent: ${few(taken)}.`,
    'There is nothing of the agent to measure.',
  );
}

async function filesOf(forge: Forge, tree: Sha): Promise<ReadonlyMap<string, string>> {
  return new Map((await forge.listFiles(tree)).map(({ path, sha, mode }) => [path, `${mode} ${sha}`]));
}
