import type { ArchiveEventOf } from '../model/event.ts';
import { type Sha, variantId } from '../model/ids.ts';
import type { OperatorName } from '../model/operator.ts';
import type { Archive, Variant } from './archive.ts';
import { NONE_LOST } from './trouble.ts';

/** The archive of a run that has just started: the root, not yet measured, and the pull request's head where one is to be. */
export function start({ type: _, ...settings }: ArchiveEventOf<'run.started'>): Archive {
  const { measure } = settings;
  const there = (
    number: number,
    { sha, tree }: { readonly sha: Sha; readonly tree: Sha },
    summary: string,
  ): Variant => ({
    ...blank(number, number - 1, null, settings.tasks.length),
    ...{ state: 'live', active: true, sha, tree, summary },
  });
  const root = there(0, settings.root, 'the agent as it was when the run started');
  const variants = measure
    ? [{ ...root, children: [1] }, there(1, measure.head, `pull request ${measure.pull}: ${measure.title}`)]
    : [root];
  return {
    settings,
    status: 'running',
    search: {
      tasks: settings.tasks,
      taskIndex: new Map(settings.tasks.map((task, index) => [task, index])),
      variants,
      live: variants.length,
      expanding: 0,
      evaluations: 0,
      evaluating: 0,
      expansionsMade: 0,
      expansionsFailed: 0,
      // Beliefs know a variant from the fact that made it.
      lastFact: measure ? { seq: 1, kind: 'made', variant: 1, task: -1, job: '', resolved: false, before: null } : null,
      ...(settings.predictions && { predictions: settings.predictions }),
    },
    jobs: new Map(),
    preflight: null,
    decisions: 0,
    lastDecision: null,
    spentUSD: 0,
    measured: { evaluations: 0, costUSD: 0 },
    opened: null,
    comparison: null,
    judged: [],
    heldOutOrders: { jobs: 0, tasks: new Map(), unbegun: [] },
    secondTries: new Map(),
    heldOut: new Map(),
    comparisons: new Map(),
    gate: null,
    extensions: 0,
    promoted: null,
    outcome: null,
    asked: null,
    lost: NONE_LOST,
    lastRetry: null,
    startedAt: null,
    lastOutcomeAt: null,
    rehearsal: false,
    note: '',
    guidance: [],
    ignored: [],
  };
}

/** A variant nothing is known of but its place. */
export function blank(number: number, parent: number, operator: OperatorName | null, tasks: number): Variant {
  return {
    id: variantId(number),
    number,
    parent,
    operator,
    state: 'reserved',
    pruned: false,
    tampered: 0,
    active: false,
    sha: null,
    tree: null,
    summary: '',
    proposed: null,
    birth: null,
    failure: null,
    own: { resolved: 0, unresolved: 0 },
    clade: { resolved: 0, unresolved: 0 },
    cladeFailures: 0,
    children: [],
    failedExpansions: 0,
    expanding: 0,
    inFlight: 0,
    cells: new Uint8Array(tasks),
    tries: new Map(),
    misses: [],
    voids: 0,
    jobs: [],
    costUSD: 0,
    makingUSD: 0,
    tokens: 0,
    costs: new Map(),
  };
}
