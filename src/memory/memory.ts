import { type Archive, barredBy, lineage, RESOLVED, type SearchState, type Variant } from '../archive/archive.ts';
import { type TaskId, type VariantId, variantNumber } from '../model/ids.ts';
import { ideaKey } from '../model/memory/idea-key.ts';
import { CAME_TO_NOTHING, type Proposal } from '../model/memory/proposal.ts';
import { droppedOf } from '../model/memory/slim.ts';
import { oneLine } from '../report/text/text.ts';

/** What all of it may take, in bytes of the order that carries it: JSON inside of JSON. Far below the 65,535 characters of an input. */
export const MEMORY_BYTES = 20_000;

/** Proposals of each origin at most, in the order in which they count. */
const MOST: Readonly<Record<Proposal['from'], number>> = { here: 24, held: 10, kin: 12, other: 16, earlier: 12 };
/** Of those of other lineages, the best that are told before what came to nothing there, or did harm. */
const MOST_BEST = 8;
const TITLE_CHARACTERS = 100;
const IDEA_CHARACTERS = 160;

/** Which tasks a diagnosis may hear of now. */
export interface Known {
  readonly tasks: readonly TaskId[];
  readonly heldOut: readonly TaskId[];
}

/**
 * What was proposed before, for the diagnosis of a variant: for itself, what it holds, for its ancestors, the best of other lineages and
 * what came to nothing or did harm there, in earlier runs. Pure. Each title once, the newest first, within `MEMORY_BYTES`; no held-out task has any part in it.
 *
 * @param earlier of `proposalsOf` earlier runs, the newest run first
 */
export function recall({ search }: Archive, number: number, earlier: readonly Proposal[]): readonly Proposal[] {
  const all = lineage(search, number);
  const gone = takenBack(all);
  const held = all.filter(({ id }) => !gone.has(id));
  const [here, kin] = [all.slice(0, 1), all.slice(1)].map((variants) =>
    variants.flatMap(({ children }) => children.toReversed().map((child) => search.variants[child]!)),
  ) as [Variant[], Variant[]];
  const close = new Set([...all, ...here, ...kin]);
  const others = search.variants.filter((variant) => variant !== undefined).filter((variant) => !close.has(variant));
  const told = (from: Proposal['from'], variants: readonly Variant[]) =>
    variants.flatMap((variant) => tell(search, variant, from) ?? []);
  const other = told('other', others);
  return bounded([
    ...told('here', here),
    ...told('held', held),
    ...told(
      'kin',
      kin.filter((variant) => !held.includes(variant)),
    ),
    ...other
      .filter((proposal) => gain(proposal) > 0)
      .toSorted((a, b) => gain(b) - gain(a))
      .slice(0, MOST_BEST),
    ...other.filter((proposal) => CAME_TO_NOTHING.has(proposal.ended) || gain(proposal) < 0).toReversed(),
    ...earlier,
  ]);
}

/**
 * What was proposed in an earlier run, for the diagnoses of one that knows these tasks: what was merged, then by gain, then the rest, the
 * newest first. Left out is what came of tasks that are held out now.
 */
export function proposalsOf({ search, outcome }: Archive, { tasks, heldOut }: Known): readonly Proposal[] {
  const open = new Set(tasks);
  const sealed = new Set(heldOut);
  const shipped = outcome?.outcome === 'merged' ? lineage(search, variantNumber(outcome.shipped)) : [];
  const gone = takenBack(shipped);
  const merged = new Set(shipped.filter(({ id }) => !gone.has(id)).map(({ number }) => number));
  const told = search.variants.toReversed().flatMap((variant) => {
    if (variant === undefined || variant.birth?.tasks.some((task) => sealed.has(task))) return [];
    const proposal = tell(search, variant, 'earlier', (task) => open.has(search.tasks[task]!));
    return proposal === null ? [] : [merged.has(variant.number) ? { ...proposal, ended: 'merged' as const } : proposal];
  });
  const rank = (proposal: Proposal) =>
    proposal.ended === 'merged' ? Number.POSITIVE_INFINITY : Math.max(0, gain(proposal));
  return unique(told.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)))).slice(0, MOST.earlier);
}

/** Edits of a lineage that slim variants in it go without. */
function takenBack(variants: readonly Variant[]): ReadonlySet<VariantId> {
  return new Set(variants.flatMap(({ birth }) => (birth?.slim ? droppedOf(birth.slim) : [])));
}

/** A variant's proposal; null where none is known: the root, what is being made, and what never came to one. */
function tell(
  search: SearchState,
  variant: Variant,
  from: Proposal['from'],
  counts: (task: number) => boolean = () => true,
): Proposal | null {
  // The title of a pull request is its author's, who need not be allowed to tell a diagnosis anything. What was taken back proposes nothing.
  if (variant.birth?.adopted || variant.birth?.slim) return null;
  const { change, ...proposed } = variant.proposed ?? { title: '' };
  const title = oneLine(proposed.title, TITLE_CHARACTERS);
  if (title === '') return null;
  const idea = oneLine(proposed.idea ?? '', IDEA_CHARACTERS);
  const score = scoreOf(variant, search.variants[variant.parent]!, counts);
  return {
    from,
    ended: endOf(search, variant, score.n),
    title,
    ...(idea === '' || ideaKey(idea) === ideaKey(title) ? {} : { idea }),
    ...(score.n === 0 ? {} : { score }),
    ...(from === 'here' && change !== undefined ? { change } : {}),
  };
}

function endOf(search: SearchState, { number, failure }: Variant, measured: number): Proposal['ended'] {
  if (failure?.twin !== undefined) return 'same';
  if (failure !== null)
    return failure.stage === 'check' ? 'check' : failure.stage === 'validate' ? 'refused' : 'nothing';
  if (barredBy(search, number)) return 'tampered';
  return measured === 0 ? 'made' : 'measured';
}

function scoreOf(variant: Variant, parent: Variant, counts: (task: number) => boolean) {
  const score = { n: 0, own: 0, parent: 0 };
  variant.cells.forEach((code, task) => {
    const before = parent.cells[task]!;
    if (code < RESOLVED || before < RESOLVED || !counts(task)) return;
    score.n++;
    score.own += Number(code === RESOLVED);
    score.parent += Number(before === RESOLVED);
  });
  return score;
}

/** Share of tasks by which it is better than its parent, as if two more had made no difference. */
function gain({ score }: Proposal): number {
  return score === undefined ? 0 : (score.own - score.parent) / (score.n + 2);
}

function bounded(proposals: readonly Proposal[]): readonly Proposal[] {
  let left = MEMORY_BYTES;
  const shown = new Map<Proposal['from'], number>();
  return unique(proposals).filter((proposal) => {
    const before = shown.get(proposal.from) ?? 0;
    const size = new TextEncoder().encode(JSON.stringify(JSON.stringify(proposal))).length;
    if (before >= MOST[proposal.from] || size > left) return false;
    shown.set(proposal.from, before + 1);
    left -= size;
    return true;
  });
}

/** Each title once, whatever words it is in, as it comes first. */
function unique(proposals: readonly Proposal[]): readonly Proposal[] {
  const seen = new Set<string>();
  return proposals.filter(({ title }) => {
    const key = ideaKey(title);
    return !seen.has(key) && seen.add(key);
  });
}
