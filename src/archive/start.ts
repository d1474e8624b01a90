import type { ArchiveEventOf } from '../model/event.ts';
import { variantId } from '../model/ids.ts';
import type { OperatorName } from '../model/operator.ts';
import type { Archive, Variant } from './archive.ts';
import { NONE_LOST } from './trouble.ts';

/** The archive of a run that has just started: the root, not yet measured. */
export function start({ type: _, ...settings }: ArchiveEventOf<'run.started'>): Archive {
  const root: Variant = {
    ...blank(0, -1, null, settings.tasks.length),
    state: 'live',
    active: true,
    sha: settings.root.sha,
    tree: settings.root.tree,
    summary: 'the agent as it was when the run started',
  };
  return {
    settings,
    status: 'running',
    search: {
      tasks: settings.tasks,
      taskIndex: new Map(settings.tasks.map((task, index) => [task, index])),
      variants: [root],
      live: 1,
      expanding: 0,
      evaluations: 0,
      evaluating: 0,
      expansionsMade: 0,
      expansionsFailed: 0,
      lastFact: null,
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
    birth: null,
    failedAt: null,
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
    tokens: 0,
    costs: new Map(),
  };
}
