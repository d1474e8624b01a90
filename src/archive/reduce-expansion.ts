import type { ArchiveEventOf } from '../model/event.ts';
import { type JobId, ROOT, type VariantId, variantNumber } from '../model/ids.ts';
import type { Birth } from '../model/memory/birth.ts';
import { slimTitle } from '../model/memory/slim.ts';
import type { OperatorName } from '../model/operator.ts';
import { type Archive, findVariant, lineage, type SearchState, type Variant, type VariantState } from './archive.ts';
import { addToClades, inPrunedClade, put } from './clade.ts';
import { fact, ignore } from './facts.ts';
import { started, without } from './jobs.ts';
import { editable } from './owned.ts';
import { blank } from './start.ts';

export function decided(archive: Archive, { n, decision }: ArchiveEventOf<'decision.made'>): Archive {
  if (n !== archive.decisions) return ignore(archive, `decision ${n} where decision ${archive.decisions} was due`);
  const made = { n, decision, before: archive.lastDecision };
  const next = { ...archive, decisions: n + 1, lastDecision: made };
  if (decision.type !== 'expand') return next;
  const { variant, parent, operator, tasks, donor = null, models } = decision;
  const birth = { decision: made, tasks, donor, ...(models === undefined ? {} : { models }) };
  const variants = reserve(archive.search, variant, parent, operator, birth);
  return variants ? { ...next, search: { ...archive.search, variants } } : next;
}

/** The variants with a slot for a child; `null` when its number is taken. */
function reserve(
  search: SearchState,
  child: VariantId,
  parent: VariantId,
  operator: OperatorName | null,
  birth: Birth,
) {
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
  const { tasks = [], donor = null, models, idea } = event;
  const chosen = { ...(models === undefined ? {} : { models }), ...(idea === undefined ? {} : { idea }) };
  const byHand = { decision: null, tasks, donor, ...chosen };
  const variants =
    reserve(archive.search, event.variant, event.parent, event.operator, byHand) ?? editable(archive.search.variants);
  const child = variants[number]!;
  if (child.jobs.includes(event.job)) return ignore(archive, `expansion job ${event.job} was ordered before`);
  if (child.state !== 'reserved' && child.state !== 'lost')
    return ignore(archive, `expansion.ordered for ${event.variant}, which is ${child.state}`);
  variants[number] = { ...child, operator: event.operator };
  return underWay(archive, variants, event, parent.number, at);
}

/** A person's pull request is on its way to be a child of the root. */
export function adoptionOrdered(
  archive: Archive,
  event: ArchiveEventOf<'adoption.ordered'>,
  at: string | null,
): Archive {
  const { status, search } = archive;
  const { variant, pull, author, title, base, head } = event;
  if (status !== 'running' && status !== 'paused') return ignore(archive, `adoption.ordered while ${status}`);
  const birth = { decision: null, tasks: [], donor: null, adopted: { pull, author, title, base, head } };
  const variants = reserve(search, variant, ROOT, null, birth);
  if (variants === null) return ignore(archive, `adoption.ordered as ${variant}, which is there`);
  put(variants, variantNumber(variant), (child) => ({ ...child, summary: title }));
  return underWay(archive, variants, event, 0, at);
}

/** A variant without some of the edits of its lineage is on its way. */
export function slimOrdered(archive: Archive, event: ArchiveEventOf<'slim.ordered'>, at: string | null): Archive {
  const { status, search } = archive;
  const { variant, parent, by, drop } = event;
  if (status !== 'running' && status !== 'paused') return ignore(archive, `slim.ordered while ${status}`);
  const from = findVariant(archive, parent);
  if (from?.state !== 'live') return ignore(archive, `slim.ordered of ${parent}, which is not live`);
  const edits = lineage(search, from.number).flatMap(({ id, number }) => (number > 0 ? [id] : []));
  if (drop.length === 0 || drop.join() !== edits.filter((id) => drop.includes(id)).join())
    return ignore(archive, `slim.ordered of ${parent} without ${drop.join(', ')}, which are not edits of it in order`);
  const variants = reserve(search, variant, parent, null, {
    decision: null,
    tasks: [],
    donor: null,
    slim: { by, drop },
  });
  if (variants === null) return ignore(archive, `slim.ordered as ${variant}, which is there`);
  put(variants, variantNumber(variant), (child) => ({ ...child, summary: slimTitle(parent, drop) }));
  return underWay(archive, variants, event, from.number, at);
}

/** With a job that makes a child of a parent, whose slots are there. */
function underWay(
  archive: Archive,
  variants: (Variant | undefined)[],
  { job, variant }: { readonly job: JobId; readonly variant: VariantId },
  parent: number,
  since: string | null,
): Archive {
  const { search, jobs } = archive;
  const number = variantNumber(variant);
  put(variants, number, (child) => ({ ...child, state: 'expanding', jobs: [...child.jobs, job] }));
  put(variants, parent, (at) => ({
    ...at,
    expanding: at.expanding + 1,
    children: at.children.includes(number) ? at.children : [...at.children, number],
  }));
  return {
    ...archive,
    search: { ...search, variants, expanding: search.expanding + 1 },
    jobs: started(jobs, job, { kind: 'expand', variant, split: 'search', round: 0, tasks: [], since }),
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
    const { sha, tree, summary, predicted } = event;
    const foretold = predicted === undefined ? {} : { predicted };
    return { sha, tree, summary, proposed: { ...proposed, title: summary }, ...foretold, failure: null };
  }
  const { title, stage, reason, twin } = event;
  const failure = { stage, reason, ...(twin === undefined ? {} : { twin }) };
  return title === undefined
    ? { summary: reason, failure }
    : { summary: title, proposed: { ...proposed, title }, failure };
}

function birthOf({ birth }: Variant, event: Parameters<typeof outcomeOf>[0]): Birth | null {
  if (!birth?.slim || event.type !== 'expansion.made' || event.unreverted === undefined) return birth;
  return { ...birth, slim: { ...birth.slim, unreverted: event.unreverted } };
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
  // What a person brings or takes back says nothing of what the parent's own expansions come to, and uses up nothing of the budget.
  const counts = child.birth?.adopted || child.birth?.slim ? 0 : 1;
  const cost = event.type === 'expansion.lost' ? 0 : event.costUSD;
  const active = to === 'live' && !inPrunedClade(variants, child.number, archive.settings.rules ?? 0);
  variants[child.number] = {
    ...child,
    state: to,
    active,
    costUSD: child.costUSD + cost,
    makingUSD: cost,
    birth: birthOf(child, event),
    ...outcomeOf(event),
  };
  const failed = to === 'failed' ? counts : 0;
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
      expansionsMade: search.expansionsMade + made * counts,
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
