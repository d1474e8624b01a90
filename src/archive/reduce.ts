import { HuxleyError } from '../model/error.ts';
import type { ArchiveEvent, ArchiveEventOf } from '../model/event.ts';
import { type JobId, ROOT, type TaskId, type VariantId, variantId, variantNumber } from '../model/ids.ts';
import type { OperatorName } from '../model/operator.ts';
import { score } from '../model/verdict.ts';
import {
  type Archive,
  type Fact,
  findVariant,
  IN_FLIGHT,
  type Job,
  outcomeCode,
  RESOLVED,
  type SearchState,
  UNTRIED,
  type Variant,
  type VariantState,
} from './archive.ts';
import { addToClades, inPrunedClade, put, settleActive } from './clade.ts';

/**
 * The archive after one more event. Pure: the archive given is never changed. Duplicates and contradictions change nothing
 * but leave a sentence in `ignored`. Throws HuxleyError `archive.notStarted` when the first event is not `run.started`.
 */
export function reduce(archive: Archive | null, event: ArchiveEvent): Archive {
  if (archive === null) {
    if (event.type === 'run.started') return start(event);
    throw new HuxleyError(
      'archive.notStarted',
      `A run's first event is run.started, not ${event.type}.`,
      'Read the journal from its first entry; if that is gone, rebuild it with `huxley recover`.',
    );
  }
  switch (event.type) {
    case 'run.started':
      return ignore(archive, 'run.started came again');
    case 'run.paused':
      if (archive.status !== 'running') return ignore(archive, `run.paused while ${archive.status}`);
      return { ...archive, status: 'paused', note: `paused by ${event.by}` };
    case 'run.resumed':
      if (archive.status !== 'paused') return ignore(archive, `run.resumed while ${archive.status}`);
      return { ...archive, status: 'running', note: `resumed by ${event.by}` };
    case 'run.stopping':
      if (archive.status !== 'running' && archive.status !== 'paused')
        return ignore(archive, `run.stopping while ${archive.status}`);
      return { ...archive, status: 'stopping', note: `stopped by ${event.by}: ${event.reason}` };
    case 'run.ended': {
      if (archive.status === 'ended') return ignore(archive, 'run.ended came again');
      const { outcome, shipped, reason } = event;
      return { ...archive, status: 'ended', outcome: { outcome, shipped, reason } };
    }
    case 'decision.made':
      return decided(archive, event);
    case 'expansion.ordered':
      return expansionOrdered(archive, event);
    case 'expansion.made':
    case 'expansion.failed':
    case 'expansion.lost':
      return expansionEnded(archive, event);
    case 'evaluation.ordered':
      return evaluationOrdered(archive, event);
    case 'evaluation.done':
    case 'evaluation.noResult':
      return evaluationEnded(archive, event);
    case 'variant.pruned':
    case 'variant.restored':
      return pruning(archive, event);
    case 'heldout.opened':
      if (archive.opened === event.variant) return ignore(archive, `the held-out tasks are open for ${event.variant}`);
      if (archive.status === 'ended') return ignore(archive, 'heldout.opened after the end of the run');
      return { ...archive, status: 'judging', opened: event.variant };
    case 'heldout.done':
      if (archive.opened !== event.variant) return ignore(archive, `heldout.done for ${event.variant}: never opened`);
      return { ...archive, gate: event.gate };
    case 'variant.promoted':
      return { ...archive, promoted: event.variant };
  }
}

/** The archive after all events of a journal, which must begin with `run.started`. */
export function replay(events: Iterable<ArchiveEvent>): Archive {
  let archive: Archive | null = null;
  for (const event of events) archive = reduce(archive, event);
  if (archive) return archive;
  throw new HuxleyError(
    'archive.empty',
    'The journal has no events.',
    'Check the run and the repository it is read for.',
  );
}

function start({ type: _, ...settings }: ArchiveEventOf<'run.started'>): Archive {
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
    decisions: 0,
    spentUSD: 0,
    measured: { evaluations: 0, costUSD: 0 },
    opened: null,
    heldOut: new Map(),
    gate: null,
    promoted: null,
    outcome: null,
    note: '',
    ignored: [],
  };
}

function blank(number: number, parent: number, operator: OperatorName | null, tasks: number): Variant {
  return {
    id: variantId(number),
    number,
    parent,
    operator,
    state: 'reserved',
    pruned: false,
    active: false,
    sha: null,
    tree: null,
    summary: '',
    own: { resolved: 0, unresolved: 0 },
    clade: { resolved: 0, unresolved: 0 },
    cladeFailures: 0,
    children: [],
    failedExpansions: 0,
    expanding: 0,
    inFlight: 0,
    cells: new Uint8Array(tasks),
    misses: [],
    jobs: [],
    costUSD: 0,
  };
}

function ignore(archive: Archive, why: string): Archive {
  return { ...archive, ignored: [...archive.ignored, why] };
}

function decided(archive: Archive, { n, decision }: ArchiveEventOf<'decision.made'>): Archive {
  if (n !== archive.decisions) return ignore(archive, `decision ${n} where decision ${archive.decisions} was due`);
  const next = { ...archive, decisions: n + 1 };
  if (decision.type !== 'expand') return next;
  const variants = reserve(archive.search, decision.variant, decision.parent, decision.operator);
  return variants ? { ...next, search: { ...archive.search, variants } } : next;
}

/** The variants with a slot for a child; `null` when its number is taken. */
function reserve(search: SearchState, child: VariantId, parent: VariantId, operator: OperatorName) {
  const number = variantNumber(child);
  if (search.variants[number]) return null;
  const variants = search.variants.slice();
  while (variants.length < number) variants.push(undefined);
  variants[number] = blank(number, variantNumber(parent), operator, search.tasks.length);
  return variants;
}

function expansionOrdered(archive: Archive, event: ArchiveEventOf<'expansion.ordered'>): Archive {
  const number = variantNumber(event.variant);
  const parent = findVariant(archive, event.parent);
  if (parent?.state !== 'live') return ignore(archive, `expansion.ordered of ${event.parent}, which is not live`);
  const variants =
    reserve(archive.search, event.variant, event.parent, event.operator) ?? archive.search.variants.slice();
  const child = variants[number]!;
  if (child.jobs.includes(event.job)) return ignore(archive, `expansion job ${event.job} was ordered before`);
  if (child.state !== 'reserved' && child.state !== 'lost')
    return ignore(archive, `expansion.ordered for ${event.variant}, which is ${child.state}`);
  variants[number] = { ...child, state: 'expanding', operator: event.operator, jobs: [...child.jobs, event.job] };
  put(variants, parent.number, (at) => ({
    ...at,
    expanding: at.expanding + 1,
    children: at.children.includes(number) ? at.children : [...at.children, number],
  }));
  return {
    ...archive,
    search: { ...archive.search, variants, expanding: archive.search.expanding + 1 },
    jobs: started(archive.jobs, event.job, { ...event, kind: 'expand', split: 'search', tasks: [] }),
  };
}

const ENDED = { 'expansion.made': 'live', 'expansion.failed': 'failed', 'expansion.lost': 'lost' } as const;

function expansionEnded(
  archive: Archive,
  event: ArchiveEventOf<'expansion.made' | 'expansion.failed' | 'expansion.lost'>,
): Archive {
  const child = findVariant(archive, event.variant);
  const to: VariantState = ENDED[event.type];
  if (!child || child.state === 'reserved') return ignore(archive, `${event.type} for ${event.variant}: never ordered`);
  if (child.state === 'live' || child.state === 'failed' || (child.state === 'lost' && to === 'lost'))
    return ignore(archive, `${event.type} for ${event.variant}, which is ${child.state}`);
  const { search } = archive;
  const variants = search.variants.slice();
  const wasInFlight = child.state === 'expanding';
  const cost = event.type === 'expansion.lost' ? 0 : event.costUSD;
  const active = to === 'live' && !inPrunedClade(variants, child.number);
  variants[child.number] = {
    ...child,
    state: to,
    active,
    costUSD: child.costUSD + cost,
    ...(event.type === 'expansion.made' ? { sha: event.sha, tree: event.tree, summary: event.summary } : {}),
    ...(event.type === 'expansion.made' ? {} : { summary: event.reason }),
  };
  const failed = to === 'failed' ? 1 : 0;
  put(variants, child.parent, (at) => ({
    ...at,
    expanding: at.expanding - (wasInFlight ? 1 : 0),
    failedExpansions: at.failedExpansions + failed,
  }));
  if (failed) addToClades(variants, child.parent, 0, 0, 1);
  const made = to === 'live' ? 1 : 0;
  return {
    ...archive,
    search: {
      ...search,
      variants,
      live: search.live + made,
      expanding: search.expanding - (wasInFlight ? 1 : 0),
      expansionsMade: search.expansionsMade + made,
      expansionsFailed: search.expansionsFailed + failed,
      lastFact: to === 'lost' ? search.lastFact : fact(search, made ? 'made' : 'failed', child.number, -1, false),
    },
    jobs: without(archive.jobs, child.jobs.at(-1)!),
    spentUSD: archive.spentUSD + cost,
  };
}

function fact(search: SearchState, kind: Fact['kind'], variant: number, task: number, resolved: boolean): Fact {
  return { seq: (search.lastFact?.seq ?? 0) + 1, kind, variant, task, resolved, before: search.lastFact };
}

function evaluationOrdered(archive: Archive, event: ArchiveEventOf<'evaluation.ordered'>): Archive {
  const variant = findVariant(archive, event.variant);
  if (variant?.state !== 'live') return ignore(archive, `evaluation.ordered of ${event.variant}, which is not live`);
  if (variant.jobs.includes(event.job)) return ignore(archive, `evaluation job ${event.job} was ordered before`);
  const { search } = archive;
  const variants = search.variants.slice();
  const jobs = started(archive.jobs, event.job, { ...event, kind: 'evaluate' });
  if (event.split === 'heldout') {
    variants[variant.number] = { ...variant, jobs: [...variant.jobs, event.job] };
    return { ...archive, search: { ...search, variants }, jobs };
  }
  const cells = variant.cells.slice();
  let fresh = 0;
  for (const task of event.tasks) {
    const index = search.taskIndex.get(task);
    if (index === undefined) return ignore(archive, `evaluation.ordered names ${task}, which is not a search task`);
    if (cells[index] !== UNTRIED) continue;
    cells[index] = IN_FLIGHT;
    fresh++;
  }
  if (fresh === 0) return ignore(archive, `evaluation job ${event.job} orders nothing new of ${event.variant}`);
  variants[variant.number] = {
    ...variant,
    cells,
    inFlight: variant.inFlight + fresh,
    jobs: [...variant.jobs, event.job],
  };
  const evaluating = search.evaluating + (variant.number === 0 ? 0 : fresh);
  return { ...archive, search: { ...search, variants, evaluating }, jobs };
}

type EvaluationEnd = ArchiveEventOf<'evaluation.done' | 'evaluation.noResult'>;

function evaluationEnded(archive: Archive, event: EvaluationEnd): Archive {
  const variant = findVariant(archive, event.variant);
  if (variant?.state !== 'live') return ignore(archive, `${event.type} for ${event.variant}, which is not live`);
  const job = archive.jobs.get(event.job);
  const wasDue = job?.tasks.includes(event.task) === true;
  const jobs = wasDue ? finish(archive.jobs, job, event.task) : archive.jobs;
  const ended = event.split === 'heldout' ? heldOutEnded : searchEnded;
  return ended({ ...archive, jobs }, variant, event, wasDue);
}

function searchEnded(archive: Archive, variant: Variant, event: EvaluationEnd, wasDue: boolean): Archive {
  const { search } = archive;
  const task = search.taskIndex.get(event.task);
  if (task === undefined) return ignore(archive, `${event.type} names ${event.task}, which is not a search task`);
  const code = variant.cells[task]!;
  const dueElsewhere = code === IN_FLIGHT && stillDue(archive, event.variant, event.task);
  const landed = code === IN_FLIGHT && (event.type === 'evaluation.done' || !dueElsewhere) ? 1 : 0;
  const budgeted = variant.number === 0 ? 0 : 1;
  const cells = variant.cells.slice();
  const variants = search.variants.slice();
  if (event.type === 'evaluation.noResult') {
    if (!wasDue) return ignore(archive, `no result of job ${event.job} for ${event.variant} on ${event.task}: not due`);
    if (landed) cells[task] = UNTRIED;
    const misses = [...variant.misses, { task, job: event.job }];
    variants[variant.number] = { ...variant, cells, misses, inFlight: variant.inFlight - landed };
    return { ...archive, search: { ...search, variants, evaluating: search.evaluating - landed * budgeted } };
  }
  const paid = code < RESOLVED || wasDue ? pay(archive, event.costUSD) : archive;
  if (code >= RESOLVED) return ignore(paid, `${event.variant} has a result on ${event.task} already`);
  cells[task] = outcomeCode(event.outcome);
  const resolved = score(event.outcome);
  const { own } = variant;
  variants[variant.number] = {
    ...variant,
    cells,
    own: { resolved: own.resolved + resolved, unresolved: own.unresolved + 1 - resolved },
    inFlight: variant.inFlight - landed,
    costUSD: variant.costUSD + event.costUSD,
  };
  addToClades(variants, variant.number, resolved, 1 - resolved, 0);
  return {
    ...paid,
    search: {
      ...search,
      variants,
      evaluations: search.evaluations + budgeted,
      evaluating: search.evaluating - landed * budgeted,
      lastFact: fact(search, 'result', variant.number, task, resolved === 1),
    },
  };
}

function heldOutEnded(archive: Archive, variant: Variant, event: EvaluationEnd, wasDue: boolean): Archive {
  const index = archive.settings.heldOut.indexOf(event.task);
  if (index < 0) return ignore(archive, `${event.type} names ${event.task}, which is not a held-out task`);
  if (event.type === 'evaluation.noResult')
    return wasDue ? archive : ignore(archive, `no result of job ${event.job} on ${event.task}: not due`);
  const before = archive.heldOut.get(variant.id) ?? new Uint8Array(archive.settings.heldOut.length);
  const paid = before[index] === UNTRIED || wasDue ? pay(archive, event.costUSD) : archive;
  if (before[index] !== UNTRIED) return ignore(paid, `${event.variant} has a result on ${event.task} already`);
  const codes = before.slice();
  codes[index] = outcomeCode(event.outcome);
  const variants = archive.search.variants.slice();
  put(variants, variant.number, (at) => ({ ...at, costUSD: at.costUSD + event.costUSD }));
  return {
    ...paid,
    search: { ...archive.search, variants },
    heldOut: new Map(archive.heldOut).set(variant.id, codes),
  };
}

function pay(archive: Archive, costUSD: number): Archive {
  const { evaluations, costUSD: before } = archive.measured;
  return {
    ...archive,
    spentUSD: archive.spentUSD + costUSD,
    measured: { evaluations: evaluations + 1, costUSD: before + costUSD },
  };
}

function stillDue(archive: Archive, variant: VariantId, task: TaskId): boolean {
  for (const job of archive.jobs.values())
    if (job.kind === 'evaluate' && job.variant === variant && job.tasks.includes(task)) return true;
  return false;
}

function pruning(archive: Archive, event: ArchiveEventOf<'variant.pruned' | 'variant.restored'>): Archive {
  const variant = findVariant(archive, event.variant);
  const pruned = event.type === 'variant.pruned';
  if (!variant || variant.pruned === pruned)
    return ignore(archive, `${event.type} changes nothing for ${event.variant}`);
  if (event.variant === ROOT) return ignore(archive, 'the root is never pruned');
  const variants = archive.search.variants.slice();
  variants[variant.number] = { ...variant, pruned };
  settleActive(variants);
  return { ...archive, search: { ...archive.search, variants } };
}

type Jobs = Archive['jobs'];

function started(jobs: Jobs, id: JobId, job: Omit<Job, 'job'>): Jobs {
  const { kind, variant, split, tasks } = job;
  return new Map(jobs).set(id, { job: id, kind, variant, split, tasks });
}

function without(jobs: Jobs, id: JobId): Jobs {
  if (!jobs.has(id)) return jobs;
  const next = new Map(jobs);
  next.delete(id);
  return next;
}

function finish(jobs: Jobs, job: { job: JobId; tasks: readonly TaskId[] }, task: TaskId): Jobs {
  const tasks = job.tasks.filter((due) => due !== task);
  if (tasks.length === 0) return without(jobs, job.job);
  return new Map(jobs).set(job.job, { ...jobs.get(job.job)!, tasks });
}
