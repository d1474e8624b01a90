import type { ArchiveEventOf } from '../model/event.ts';
import { score } from '../model/verdict.ts';
import { type Archive, type Fact, findVariant, type Variant } from './archive.ts';
import { addToClades, put, settleActive } from './clade.ts';
import { fact, ignore } from './facts.ts';
import { finish, started } from './jobs.ts';
import { editable } from './owned.ts';
import { withOrdered, withResult } from './reduce-judging.ts';
import { isDone, withFlight, withOutcome } from './tries.ts';

export function evaluationOrdered(
  archive: Archive,
  event: ArchiveEventOf<'evaluation.ordered'>,
  at: string | null,
): Archive {
  const variant = findVariant(archive, event.variant);
  if (variant?.state !== 'live') return ignore(archive, `evaluation.ordered of ${event.variant}, which is not live`);
  if (variant.jobs.includes(event.job)) return ignore(archive, `evaluation job ${event.job} was ordered before`);
  const { search } = archive;
  const { round = 0 } = event;
  const jobs = started(archive.jobs, event.job, { ...event, round, kind: 'evaluate', since: at });
  const ordered = { ...variant, jobs: [...variant.jobs, event.job] };
  if (event.split === 'heldout') {
    const variants = editable(search.variants);
    variants[variant.number] = ordered;
    const { jobs: before, tasks } = archive.heldOutOrders;
    const rounds = withOrdered(tasks.get(event.variant) ?? [], round, event.tasks);
    const heldOutOrders = {
      ...archive.heldOutOrders,
      jobs: before + 1,
      tasks: new Map(tasks).set(event.variant, rounds),
    };
    return { ...archive, search: { ...search, variants }, jobs, heldOutOrders };
  }
  let next: Variant = ordered;
  for (const task of event.tasks) {
    const index = search.taskIndex.get(task);
    if (index === undefined) return ignore(archive, `evaluation.ordered names ${task}, which is not a search task`);
    if (!isDone(next, index, round)) next = withFlight(next, index, round, true);
  }
  const fresh = next.inFlight - variant.inFlight;
  if (fresh === 0) return ignore(archive, `evaluation job ${event.job} orders nothing new of ${event.variant}`);
  const variants = editable(search.variants);
  variants[variant.number] = next;
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
  const { round = 0 } = event;
  const budgeted = variant.number === 0 ? 0 : 1;
  const variants = editable(search.variants);
  if (event.type === 'evaluation.noResult') {
    if (!wasDue) return ignore(archive, `no result of job ${event.job} for ${event.variant} on ${event.task}: not due`);
    const next = stillDue(archive, event) ? variant : withFlight(variant, task, round, false);
    const misses = [...variant.misses, { task, round, job: event.job, ...(event.began ? { began: event.began } : {}) }];
    const voids = variant.voids + (event.began && !variant.misses.some(({ job }) => job === event.job) ? 1 : 0);
    variants[variant.number] = { ...next, misses, voids };
    const landed = variant.inFlight - next.inFlight;
    return { ...archive, search: { ...search, variants, evaluating: search.evaluating - landed * budgeted } };
  }
  const again = isDone(variant, task, round);
  const paid = !again || wasDue ? pay(archive, event.costUSD) : archive;
  if (again) return ignore(paid, `${event.variant} has a result on ${event.task} already`);
  const next = withOutcome(variant, task, round, event);
  variants[variant.number] = {
    ...next,
    costUSD: variant.costUSD + event.costUSD,
    tokens: sum(variant.tokens, event.voided ? 0 : event.tokens),
    costs: archive.settings.gate?.goal === 'cost' ? withCost(variant, task, event) : variant.costs,
    ...tamperedOf(variant, event),
  };
  if (event.outcome === 'tampered') settleActive(variants, archive.settings.rules ?? 0);
  const resolved = score(event.outcome);
  addToClades(variants, variant.number, resolved, 1 - resolved, 0);
  return {
    ...paid,
    search: {
      ...search,
      variants,
      evaluations: search.evaluations + budgeted,
      evaluating: search.evaluating - (variant.inFlight - next.inFlight) * budgeted,
      lastFact: fact(search, {
        kind: 'result',
        variant: variant.number,
        task,
        job: event.job,
        resolved: resolved === 1,
        ...scoreOf(archive, event),
      }),
    },
  };
}

function heldOutEnded(archive: Archive, variant: Variant, event: EvaluationEnd, wasDue: boolean): Archive {
  const { heldOut } = archive.settings;
  const index = heldOut.indexOf(event.task);
  if (index < 0) return ignore(archive, `${event.type} names ${event.task}, which is not a held-out task`);
  if (event.type === 'evaluation.noResult') {
    if (!wasDue) return ignore(archive, `no result of job ${event.job} on ${event.task}: not due`);
    if (event.began) return archive;
    const { heldOutOrders } = archive;
    const pair = { variant: variant.id, task: event.task, round: event.round ?? 0 };
    return { ...archive, heldOutOrders: { ...heldOutOrders, unbegun: [...heldOutOrders.unbegun, pair] } };
  }
  const rounds = withResult(archive.heldOut.get(variant.id) ?? [], heldOut.length, index, event);
  const paid = rounds !== null || wasDue ? pay(archive, event.costUSD) : archive;
  if (rounds === null) return ignore(paid, `${event.variant} has a result on ${event.task} already`);
  const variants = editable(archive.search.variants);
  put(variants, variant.number, (at) => ({ ...at, costUSD: at.costUSD + event.costUSD, ...tamperedOf(at, event) }));
  if (event.outcome === 'tampered') settleActive(variants, archive.settings.rules ?? 0);
  return {
    ...paid,
    search: { ...archive.search, variants },
    heldOut: new Map(archive.heldOut).set(variant.id, rounds),
  };
}

function scoreOf({ settings }: Archive, event: ArchiveEventOf<'evaluation.done'>): Pick<Fact, 'score'> {
  const counts = (settings.rules ?? 0) >= 3 && event.outcome !== 'resolved' && event.score !== undefined;
  return counts ? { score: event.score } : {};
}

function tamperedOf({ tampered }: Variant, { outcome }: ArchiveEventOf<'evaluation.done'>): Pick<Variant, 'tampered'> {
  return { tampered: tampered + (outcome === 'tampered' ? 1 : 0) };
}

/** A failure that stands for no result says nothing of cost. */
function withCost({ costs }: Variant, task: number, event: ArchiveEventOf<'evaluation.done'>): Variant['costs'] {
  if (event.voided) return costs;
  const { n, costUSD, tokens } = costs.get(task) ?? { n: 0, costUSD: 0, tokens: 0 };
  const more = { n: n + 1, costUSD: costUSD + event.costUSD, tokens: tokens + (event.tokens ?? Number.NaN) };
  return new Map(costs).set(task, more);
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

/** Whether another job in flight is to measure the same round of the pair. */
function stillDue(archive: Archive, { variant, task, round = 0 }: EvaluationEnd): boolean {
  for (const job of archive.jobs.values())
    if (job.kind === 'evaluate' && job.variant === variant && job.round === round && job.tasks.includes(task))
      return true;
  return false;
}
