import type { ArchiveEventOf } from '../model/event.ts';
import type { TaskId, VariantId } from '../model/ids.ts';
import { score } from '../model/verdict.ts';
import { type Archive, findVariant, IN_FLIGHT, outcomeCode, RESOLVED, UNTRIED, type Variant } from './archive.ts';
import { addToClades, put, settleActive } from './clade.ts';
import { fact, ignore } from './facts.ts';
import { finish, started } from './jobs.ts';
import { editable } from './owned.ts';

export function evaluationOrdered(
  archive: Archive,
  event: ArchiveEventOf<'evaluation.ordered'>,
  at: string | null,
): Archive {
  const variant = findVariant(archive, event.variant);
  if (variant?.state !== 'live') return ignore(archive, `evaluation.ordered of ${event.variant}, which is not live`);
  if (variant.jobs.includes(event.job)) return ignore(archive, `evaluation job ${event.job} was ordered before`);
  const { search } = archive;
  const variants = editable(search.variants);
  const jobs = started(archive.jobs, event.job, { ...event, kind: 'evaluate', since: at });
  if (event.split === 'heldout') {
    variants[variant.number] = { ...variant, jobs: [...variant.jobs, event.job] };
    const { jobs: before, tasks } = archive.heldOutOrders;
    const ordered = new Set([...(tasks.get(event.variant) ?? []), ...event.tasks]);
    const heldOutOrders = { jobs: before + 1, tasks: new Map(tasks).set(event.variant, ordered) };
    return { ...archive, search: { ...search, variants }, jobs, heldOutOrders };
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

export function evaluationEnded(archive: Archive, event: EvaluationEnd): Archive {
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
  const variants = editable(search.variants);
  if (event.type === 'evaluation.noResult') {
    if (!wasDue) return ignore(archive, `no result of job ${event.job} for ${event.variant} on ${event.task}: not due`);
    if (landed) cells[task] = UNTRIED;
    const began = event.began ? { began: true as const } : {};
    const misses = [...variant.misses, { task, job: event.job, ...began }];
    const voids = variant.voids + (event.began && !variant.misses.some(({ job }) => job === event.job) ? 1 : 0);
    variants[variant.number] = { ...variant, cells, misses, voids, inFlight: variant.inFlight - landed };
    return { ...archive, search: { ...search, variants, evaluating: search.evaluating - landed * budgeted } };
  }
  const paid = code < RESOLVED || wasDue ? pay(archive, event.costUSD) : archive;
  if (code >= RESOLVED) return ignore(paid, `${event.variant} has a result on ${event.task} already`);
  cells[task] = outcomeCode(event.outcome, event.signs);
  const resolved = score(event.outcome);
  const { own } = variant;
  variants[variant.number] = {
    ...variant,
    cells,
    own: { resolved: own.resolved + resolved, unresolved: own.unresolved + 1 - resolved },
    inFlight: variant.inFlight - landed,
    costUSD: variant.costUSD + event.costUSD,
    tokens: sum(variant.tokens, event.voided ? 0 : event.tokens),
    ...tamperedOf(variant, event),
  };
  if (event.outcome === 'tampered') settleActive(variants, archive.settings.rules ?? 0);
  addToClades(variants, variant.number, resolved, 1 - resolved, 0);
  return {
    ...paid,
    search: {
      ...search,
      variants,
      evaluations: search.evaluations + budgeted,
      evaluating: search.evaluating - landed * budgeted,
      lastFact: fact(search, {
        kind: 'result',
        variant: variant.number,
        task,
        job: event.job,
        resolved: resolved === 1,
      }),
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
  const variants = editable(archive.search.variants);
  put(variants, variant.number, (at) => ({ ...at, costUSD: at.costUSD + event.costUSD, ...tamperedOf(at, event) }));
  if (event.outcome === 'tampered') settleActive(variants, archive.settings.rules ?? 0);
  return {
    ...paid,
    search: { ...archive.search, variants },
    heldOut: new Map(archive.heldOut).set(variant.id, codes),
  };
}

function tamperedOf({ tampered }: Variant, { outcome }: ArchiveEventOf<'evaluation.done'>): Pick<Variant, 'tampered'> {
  return { tampered: tampered + (outcome === 'tampered' ? 1 : 0) };
}

function sum(before: number | null, more: number | undefined): number | null {
  return before === null || more === undefined ? null : before + more;
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
