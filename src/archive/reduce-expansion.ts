import type { ArchiveEventOf } from '../model/event.ts';
import { type VariantId, variantNumber } from '../model/ids.ts';
import type { Birth } from '../model/memory/birth.ts';
import type { OperatorName } from '../model/operator.ts';
import { type Archive, findVariant, type SearchState, type Variant, type VariantState } from './archive.ts';
import { addToClades, inPrunedClade, put } from './clade.ts';
import { fact, ignore } from './facts.ts';
import { started, without } from './jobs.ts';
import { editable } from './owned.ts';
import { blank } from './start.ts';

/** A pull request becomes a child of the root, made by no job and charged to nobody. */
export function adopted(archive: Archive, event: ArchiveEventOf<'variant.adopted'>): Archive {
  const { search, status } = archive;
  const { variant, pull, author, head, sha, tree, summary } = event;
  const number = variantNumber(variant);
  if (status !== 'running' && status !== 'paused') return ignore(archive, `variant.adopted while ${status}`);
  if (search.variants[number]) return ignore(archive, `variant.adopted for ${variant}, which is there`);
  const variants = editable(search.variants);
  while (variants.length < number) variants.push(undefined);
  variants[number] = {
    ...blank(number, 0, null, search.tasks.length),
    ...{ state: 'live', active: true, sha, tree, summary },
    birth: { decision: null, tasks: [], donor: null, adopted: { pull, author, head } },
  };
  put(variants, 0, (root) => ({ ...root, children: [...root.children, number] }));
  const made = { kind: 'made', variant: number, task: -1, job: '', resolved: false } as const;
  return { ...archive, search: { ...search, variants, live: search.live + 1, lastFact: fact(search, made) } };
}

export function decided(archive: Archive, { n, decision }: ArchiveEventOf<'decision.made'>): Archive {
  if (n !== archive.decisions) return ignore(archive, `decision ${n} where decision ${archive.decisions} was due`);
  const made = { n, decision, before: archive.lastDecision };
  const next = { ...archive, decisions: n + 1, lastDecision: made };
  if (decision.type !== 'expand') return next;
  const { variant, parent, operator, tasks, donor = null } = decision;
  const variants = reserve(archive.search, variant, parent, operator, { decision: made, tasks, donor });
  return variants ? { ...next, search: { ...archive.search, variants } } : next;
}

/** The variants with a slot for a child; `null` when its number is taken. */
function reserve(search: SearchState, child: VariantId, parent: VariantId, operator: OperatorName, birth: Birth) {
  const number = variantNumber(child);
  if (search.variants[number]) return null;
  const variants = editable(search.variants);
  while (variants.length < number) variants.push(undefined);
  variants[number] = { ...blank(number, variantNumber(parent), operator, search.tasks.length), birth };
  return variants;
}

export function expansionOrdered(
  archive: Archive,
  event: ArchiveEventOf<'expansion.ordered'>,
  at: string | null,
): Archive {
  const number = variantNumber(event.variant);
  const parent = findVariant(archive, event.parent);
  if (parent?.state !== 'live') return ignore(archive, `expansion.ordered of ${event.parent}, which is not live`);
  const { tasks = [], donor = null, idea } = event;
  const byHand = { decision: null, tasks, donor, ...(idea === undefined ? {} : { idea }) };
  const variants =
    reserve(archive.search, event.variant, event.parent, event.operator, byHand) ?? editable(archive.search.variants);
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
    jobs: started(archive.jobs, event.job, {
      ...event,
      kind: 'expand',
      split: 'search',
      round: 0,
      tasks: [],
      since: at,
    }),
  };
}

/** What the end of an expansion tells of the variant. */
function outcomeOf(
  event: ArchiveEventOf<'expansion.made' | 'expansion.failed' | 'expansion.lost'>,
): Partial<Variant> & Pick<Variant, 'summary' | 'failure'> {
  if (event.type === 'expansion.lost') return { summary: event.reason, failure: null };
  const { idea, change } = event;
  const proposed = { ...(idea === undefined ? {} : { idea }), ...(change === undefined ? {} : { change }) };
  if (event.type === 'expansion.made') {
    const { sha, tree, summary } = event;
    return { sha, tree, summary, proposed: { ...proposed, title: summary }, failure: null };
  }
  const { title, stage, reason, twin } = event;
  const failure = { stage, reason, ...(twin === undefined ? {} : { twin }) };
  return title === undefined
    ? { summary: reason, failure }
    : { summary: title, proposed: { ...proposed, title }, failure };
}

const ENDED = { 'expansion.made': 'live', 'expansion.failed': 'failed', 'expansion.lost': 'lost' } as const;

export function expansionEnded(
  archive: Archive,
  event: ArchiveEventOf<'expansion.made' | 'expansion.failed' | 'expansion.lost'>,
): Archive {
  const child = findVariant(archive, event.variant);
  const to: VariantState = ENDED[event.type];
  if (!child || child.state === 'reserved') return ignore(archive, `${event.type} for ${event.variant}: never ordered`);
  if (child.state === 'live' || child.state === 'failed' || (child.state === 'lost' && to === 'lost'))
    return ignore(archive, `${event.type} for ${event.variant}, which is ${child.state}`);
  const { search } = archive;
  const variants = editable(search.variants);
  const wasInFlight = child.state === 'expanding';
  const cost = event.type === 'expansion.lost' ? 0 : event.costUSD;
  const active = to === 'live' && !inPrunedClade(variants, child.number, archive.settings.rules ?? 0);
  variants[child.number] = {
    ...child,
    state: to,
    active,
    costUSD: child.costUSD + cost,
    ...outcomeOf(event),
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
      lastFact:
        to === 'lost'
          ? search.lastFact
          : fact(search, {
              kind: made ? 'made' : 'failed',
              variant: child.number,
              task: -1,
              job: event.job,
              resolved: false,
            }),
    },
    jobs: without(archive.jobs, child.jobs.at(-1)!),
    spentUSD: archive.spentUSD + cost,
  };
}
