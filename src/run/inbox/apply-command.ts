import { barredBy, type Variant } from '../../archive/archive.ts';
import type { Command } from '../../command/command.ts';
import { HuxleyError } from '../../model/error.ts';
import { ROOT, type VariantId, variantId, variantNumber } from '../../model/ids.ts';
import { MAX_GUIDANCE } from '../../model/memory/idea.ts';
import { createRng } from '../../model/rng.ts';
import { guidanceText, renderDashboard } from '../../report/dashboard.ts';
import { explainRun, explainVariant } from '../../report/explain.ts';
import { inline } from '../../report/text/escape.ts';
import { count } from '../../report/text/figures.ts';
import { contributionsOf } from '../../search/contribution/contribution.ts';
import { viewOf } from '../../search/decide.ts';
import { chooseOperator } from '../../search/operator.ts';
import { measurable } from '../../search/policies/actions.ts';
import { chooseModels } from '../../search/shares/models.ts';
import { learningOf } from '../../search/shares/shares.ts';
import { endedEarly } from '../promotion/ended-early.ts';
import { prove } from '../promotion/prove.ts';
import { release } from '../promotion/release.ts';
import { viewRun } from '../publish/view.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { Done, OpenRun } from '../state/open-run.ts';
import { cancelWork } from '../work/collect.ts';
import { handJob, mustAfford } from './by-hand.ts';
import { mustSearch, slim } from './slim.ts';

/** A command about a run that is there. */
export type RunCommand = Extract<
  Command,
  { readonly name: Exclude<Command['name'], 'run' | 'calibrate' | 'measure' | 'adopt' | 'help'> }
>;

/** What only a run that searches can do. */
const SEARCHING: ReadonlySet<Command['name']> = new Set([
  'evaluate',
  'expand',
  'slim',
  'prune',
  'promote',
  'prove',
  'steer',
]);

/**
 * Does what a person asked of a run and gives the reply.
 * @throws HuxleyError `command.*` when the run's state forbids it, with what to do instead.
 */
export async function applyCommand(run: OpenRun, command: RunCommand, by: string, done: Done): Promise<string> {
  if (run.archive.settings.calibrate && SEARCHING.has(command.name))
    throw new HuxleyError(
      'command.calibration',
      `Run ${run.key.run} is a calibration: it measures the root alone, so there is nothing to ${command.name}.`,
      'Start a run with `/huxley run`, or see `/huxley status`.',
    );
  if (run.archive.settings.measure && command.name !== 'prove' && SEARCHING.has(command.name))
    throw new HuxleyError(
      'command.measurement',
      `Run ${run.key.run} only measures pull request #${run.spec.issue}: it makes, merges and closes nothing, so there is nothing to ${command.name}.`,
      'See `/huxley status`, or measure it again with `/huxley measure` once this has ended.',
    );
  switch (command.name) {
    case 'status':
      return renderDashboard(await viewRun(run)).replace(/\n\n<!--[^>]*-->\s*$/, '');
    case 'explain': {
      const view = await viewRun(run);
      if (command.variant === undefined) return explainRun(view, run.entries);
      const { id, number, state } = known(run, command.variant);
      const edits = state === 'live' ? contributionsOf(run.archive.search, number, run.policy) : [];
      return explainVariant(view, run.entries, id, edits);
    }
    case 'pause':
      if (run.archive.status !== 'running') throw refusal(run, 'paused');
      return done('Paused. Work in flight is finished and counted; nothing new is started until `/huxley resume`.', {
        type: 'run.paused',
        by,
      });
    case 'resume':
      if (run.archive.status !== 'paused') throw refusal(run, 'resumed');
      return done('Resumed.', { type: 'run.resumed', by });
    case 'stop':
      return stop(run, by, done);
    case 'prune': {
      const { id } = searchable(run, command.variant);
      return done(`${id} and its descendants are out of the search. Reopening its pull request restores them.`, {
        type: 'variant.pruned',
        variant: id,
        by,
      });
    }
    case 'evaluate':
      return evaluate(run, command.variant, command.tasks, done);
    case 'expand':
      return expand(run, command, by, done);
    case 'slim':
      mustSearch(run);
      return slim(run, searchable(run, command.variant), by, done);
    case 'steer':
      return steer(run, command, by, done);
    case 'promote':
      return promote(run, command.variant, by, done);
    case 'prove':
      return prove(run, provable(run, command.variant), { ...command.options, by }, done);
  }
}

async function stop(run: OpenRun, by: string, done: Done): Promise<string> {
  const { status, opened, settings } = run.archive;
  if (status === 'ended') throw refusal(run, 'stopped');
  if (status === 'judging') {
    await cancelWork(run, `stopped by ${by}`);
    if (settings.measure)
      return done(
        'What was in flight is cancelled. The verdict on its complete rounds follows.',
        ...(run.archive.gate === null ? endedEarly(run, 'person', `stopped by ${by}`) : []),
      );
    const reason = `Stopped by ${by}.`;
    return done('Ended. Nothing is merged.', { type: 'run.ended', outcome: 'stopped', shipped: opened!, reason });
  }
  if ((settings.calibrate || settings.measure) && status === 'stopping') {
    await cancelWork(run, `stopped by ${by}`);
    return done('What was in flight is cancelled. A report on the results so far follows.');
  }
  return done(
    settings.calibrate || settings.measure
      ? `The ${settings.calibrate ? 'calibration' : 'measurement'} ends once the work in flight is finished, and reports what it has. Another \`/huxley stop\` cancels that work, too.`
      : 'The search stops once the work in flight is finished; then the best variant is compared with the root on the held-out tasks. Another `/huxley stop` ends that, too.',
    ...(status === 'stopping' ? [] : [{ type: 'run.stopping', by, reason: 'asked to' } as const]),
  );
}

async function evaluate(run: OpenRun, id: VariantId, named: readonly string[], done: Done): Promise<string> {
  const variant = searchable(run, id);
  const { search } = run.archive;
  const view = viewOf(run.archive);
  const pairs = measurable(view, variant).map(({ task, round }) => ({ task: search.tasks[task]!, round }));
  const open = pairs.map(({ task }) => task);
  const odd = named.find((task) => !open.includes(task));
  if (odd !== undefined)
    throw new HuxleyError(
      'command.task',
      search.taskIndex.has(odd) ? `${id} has been measured on \`${odd}\` already.` : `\`${odd}\` isn’t a search task.`,
      `Still to be measured: ${open.slice(0, 10).join(', ') || 'none'}.`,
    );
  const asked = named.length > 0 ? pairs.filter(({ task }) => named.includes(task)) : pairs;
  // One job measures one round of every pair.
  const round = asked.reduce((lowest, pair) => Math.min(lowest, pair.round), Number.POSITIVE_INFINITY);
  const tasks = asked
    .filter((pair) => pair.round === round)
    .map(({ task }) => task)
    .slice(0, view.batch);
  if (tasks.length === 0)
    throw new HuxleyError('command.nothing', `There is nothing left to measure ${id} on.`, 'Try another variant.');
  mustAfford(run, 'evaluate', tasks.length);
  return done(
    round === 0
      ? `Measuring ${id} on ${count(tasks.length, 'more search task')}.`
      : `Measuring ${id} once more on ${count(tasks.length, 'search task')}: it has been measured on all of them.`,
    {
      type: 'evaluation.ordered',
      job: handJob(run),
      decision: null,
      variant: id,
      tasks,
      split: 'search',
      ...(round === 0 ? {} : { round }),
    },
  );
}

async function expand(
  run: OpenRun,
  { variant: id, idea }: Command & { name: 'expand' },
  by: string,
  done: Done,
): Promise<string> {
  const parent = searchable(run, id);
  const { search, settings } = run.archive;
  if (!viewOf(run.archive).canExpand)
    throw new HuxleyError(
      'command.budget',
      'The budget left does not pay for an expansion.',
      'Start a run with a larger budget.',
    );
  mustAfford(run, 'expand', 1);
  const rng = createRng(settings.seed, 0x40000000 + run.entries.length);
  const learning = learningOf(run.policy, search);
  // A person's idea is new, whatever evidence it comes with.
  const chosen = chooseOperator(search, parent.number, rng, settings.rules ?? 0, learning);
  const choice = chosen ?? (idea === undefined ? null : { operator: 'mutation' as const, tasks: [], why: '' });
  if (choice === null)
    throw new HuxleyError(
      'command.spent',
      `Every operator has already seen all the evidence on ${id}.`,
      `Have it run on more tasks first: \`/huxley evaluate ${id}\`.`,
    );
  const drawn = chooseModels(settings.models, search, learning, rng);
  const child = variantId(search.variants.length);
  const how = idea === undefined ? `by ${choice.operator}: ${choice.why}` : `from your idea: ${inline(idea, 300)}`;
  return done(`Making ${child} of ${id} ${how}.`, {
    type: 'expansion.ordered',
    job: handJob(run),
    decision: null,
    variant: child,
    parent: id,
    operator: choice.operator,
    tasks: choice.tasks.map((task) => search.tasks[task]!),
    ...(choice.donor === undefined ? {} : { donor: variantId(choice.donor) }),
    ...(drawn === null ? {} : { models: drawn.models }),
    ...(idea === undefined ? {} : { idea: { by, text: idea } }),
  });
}

/** Adds guidance, takes some back, or lists what is in force. */
async function steer(
  run: OpenRun,
  { text, drop }: Command & { name: 'steer' },
  by: string,
  done: Done,
): Promise<string> {
  const { guidance, status } = run.archive;
  if (text === undefined && drop === undefined) return guidanceText(await viewRun(run)) ?? 'This run has no guidance.';
  if (status === 'judging' || status === 'ended') throw refusal(run, 'steered');
  if (drop !== undefined) {
    if (guidance[drop - 1]?.dropped !== false)
      throw new HuxleyError('command.guidance', `Guidance ${drop} does not exist.`, 'See `/huxley steer`.');
    return done(`Guidance ${drop} is withdrawn.`, { type: 'run.unsteered', by, n: drop });
  }
  if (guidance.filter(({ dropped }) => !dropped).length >= MAX_GUIDANCE)
    throw new HuxleyError(
      'command.guidance',
      `There are already ${MAX_GUIDANCE} pieces of guidance.`,
      'Withdraw one first: `/huxley steer drop N`. `/huxley steer` lists them.',
    );
  const n = guidance.length + 1;
  return done(`From now on, every diagnosis gets this as guidance ${n}. \`/huxley steer drop ${n}\` withdraws it.`, {
    type: 'run.steered',
    by,
    text: text!,
  });
}

async function promote(run: OpenRun, asked: VariantId | undefined, by: string, done: Done): Promise<string> {
  const { outcome } = run.archive;
  if (outcome?.outcome === 'offered' && (asked ?? outcome.shipped) === outcome.shipped) {
    const state = await run.documents.read(DOCUMENTS.release);
    if (state === 'awaiting' || state === 'given up') return done(await release(run, by));
  }
  const id = asked ?? (await viewRun(run)).best;
  const variant = searchable(run, id);
  if (variant.number === 0)
    throw new HuxleyError(
      'command.root',
      'The root is what you have already.',
      'Name a variant: `/huxley promote vN`.',
    );
  return done(
    `The search stops once the work in flight is finished; then ${id} is compared with the root on the held-out tasks, and offered if it passes the gate.`,
    ...(run.archive.asked === id
      ? []
      : [{ type: 'run.stopping', by, reason: `asked to promote ${id}`, promote: id } as const]),
  );
}

function known(run: OpenRun, id: VariantId): Variant {
  const variant = run.archive.search.variants[variantNumber(id)];
  if (variant) return variant;
  const last = variantId(run.archive.search.variants.length - 1);
  throw new HuxleyError('command.variant', `Run ${run.key.run} has no ${id}.`, `Its variants are v0 to ${last}.`);
}

/** The variant of a run that has ended for which more evidence may be bought. */
function provable(run: OpenRun, named: VariantId | undefined): Variant {
  const { outcome, status, gate, settings } = run.archive;
  if (outcome === null)
    throw new HuxleyError(
      'command.state',
      `Run ${run.key.run} is ${status}: you can buy more evidence once it has ended.`,
      'Wait for its end, or end its search with `/huxley stop`.',
    );
  if (outcome.outcome === 'merged' || outcome.outcome === 'offered' || (settings.measure && gate?.passed))
    throw new HuxleyError(
      'command.proven',
      `${outcome.shipped} has passed the gate: it needs no more evidence.`,
      outcome.outcome === 'offered' ? 'Merge its pull request.' : 'Start another run with `/huxley run`.',
    );
  const id = named ?? outcome.shipped;
  if (id === ROOT)
    throw new HuxleyError(
      'command.root',
      'The root cannot be proven against itself.',
      'Name a variant: `/huxley prove vN`.',
    );
  return usable(run, id);
}

function searchable(run: OpenRun, id: VariantId): Variant {
  known(run, id);
  const { status } = run.archive;
  if (status === 'judging' || status === 'ended') throw refusal(run, 'changed');
  return usable(run, id);
}

function usable(run: OpenRun, id: VariantId): Variant {
  const variant = known(run, id);
  const by = barredBy(run.archive.search, variant.number);
  if (by !== undefined)
    throw new HuxleyError(
      'command.tampered',
      `${by.id === id ? id : `${by.id}, which ${id} descends from,`} tampered with what grades it: ${id} can never be merged.`,
      'Name another variant.',
    );
  if (variant.active) return variant;
  throw new HuxleyError(
    'command.variant',
    variant.state === 'live' ? `${id} was taken out of the search.` : `${id} is ${variant.state}.`,
    variant.state !== 'live'
      ? 'Name a variant that was made.'
      : run.archive.outcome === null
        ? 'Reopen its pull request first.'
        : 'The run has ended, so it stays out: name another variant, or start another run with `/huxley run`.',
  );
}

function refusal(run: OpenRun, what: string): HuxleyError {
  const { status, outcome } = run.archive;
  const now = outcome === null ? status : `over (${outcome.outcome})`;
  return new HuxleyError(
    'command.state',
    `Run ${run.key.run} is ${now}: it cannot be ${what}.`,
    outcome === null ? 'See `/huxley status`.' : 'Start another with `/huxley run`.',
  );
}
