import type { Variant } from '../../archive/archive.ts';
import { HuxleyError } from '../../model/error.ts';
import type { JournalEntry } from '../../model/event.ts';
import type { JobId, VariantId } from '../../model/ids.ts';
import type { VariantView } from '../../report/view.ts';
import { runView } from '../../report/view-of.ts';
import { rankForChoice, viewOf } from '../../search/decide.ts';
import type { Belief } from '../../search/policies/policy.ts';
import { DOCUMENT_VERSION, type RunDocument, type VariantFacts } from './document.ts';
import { type Folded, fold } from './fold.ts';
import { rounded } from './sample.ts';
import { taskFacts } from './tasks.ts';

/** What a document is made from. */
export interface DocumentSource {
  /** `owner/name`. */
  readonly repository: string;
  /** Where the repository is on the web, without a slash at the end; null where that is not known. */
  readonly url: string | null;
  /** The whole journal. */
  readonly entries: readonly JournalEntry[];
  readonly attention?: readonly string[];
  /** Numbers of the variants' pull requests, where they are known. */
  readonly pulls?: ReadonlyMap<VariantId, number>;
  /** Where the workflow runs of jobs in flight are. */
  readonly workflowRuns?: ReadonlyMap<JobId, string>;
  /** What can be asked for besides; nothing by default. */
  readonly has?: RunDocument['has'];
  readonly now: Date;
}

/**
 * A run as its page reads it; see `RunDocument`. Time is linear in the journal but for beliefs, which are asked for a bounded number of times.
 * @throws HuxleyError `document.empty` where the journal has no entry
 */
export function runDocument({ repository, url, entries, now, ...beside }: DocumentSource): RunDocument {
  if (entries.length === 0)
    throw new HuxleyError(
      'document.empty',
      `There is no journal entry of this run of ${repository}.`,
      'Look again once the run has started.',
    );
  const folded = fold(entries);
  const { archive, policy, tasks, evaluations, decisions, progress, comparisons, cut } = folded;
  const { attention = [], pulls, workflowRuns, has = { transcripts: false, diffs: false } } = beside;
  const source = { archive, policy, attention, now, ...(pulls && { pulls }), ...(workflowRuns && { workflowRuns }) };
  const { variants, decisions: _, ...view } = runView(source);
  return {
    version: DOCUMENT_VERSION,
    repository,
    url,
    run: archive.settings.run,
    seq: entries.at(-1)!.seq,
    startedAt: entries[0]!.at,
    updatedAt: entries.at(-1)!.at,
    view,
    concurrency: archive.settings.concurrency,
    confidence: archive.settings.confidence,
    has,
    tasks: taskFacts(archive, policy, tasks, evaluations),
    variants: variantFacts(folded, variants),
    evaluations,
    decisions,
    progress,
    comparisons,
    cut: cut.length === 0 ? null : `In a run as long as this one, ${cut.join(', and ')}.`,
  };
}

function variantFacts(
  { archive, policy, decisions, times, tasks }: Folded,
  views: readonly VariantView[],
): VariantFacts[] {
  const beliefs = new Map(rankForChoice(viewOf(archive), policy).map((belief) => [belief.variant, belief]));
  const orderedBy = new Map(
    decisions.flatMap(({ decision }, place) =>
      decision.type === 'expand' ? [[decision.variant, place] as const] : [],
    ),
  );
  const places = new Map(tasks.map((task, place) => [task, place]));
  const out = new Set<number>();
  const opened = archive.opened !== null;
  return views.map((view) => {
    const variant = archive.search.variants[Number(view.variant.slice(1))]!;
    const { number, parent, sha, proposed, birth, makingUSD } = variant;
    if (variant.pruned || (number > 0 && variant.tampered > 0) || out.has(parent)) out.add(number);
    return {
      ...view,
      // What a calibration measures is sealed.
      heldOut: opened ? view.heldOut : { resolved: 0, n: 0 },
      number,
      from: parent < 0 ? null : parent,
      sha,
      ...(proposed && { title: proposed.title }),
      ...(proposed?.idea !== undefined && { proposed: proposed.idea }),
      belief: beliefOf(variant, beliefs),
      makingUSD: rounded(makingUSD, 6),
      decision: birth?.decision ? (orderedBy.get(view.variant) ?? null) : null,
      evidence: (birth?.tasks ?? []).flatMap((task) => places.get(task) ?? []),
      donor: birth?.donor ?? null,
      orderedAt: times.get(number)?.orderedAt ?? null,
      madeAt: number === 0 ? archive.startedAt : (times.get(number)?.madeAt ?? null),
      out: out.has(number),
    };
  });
}

function beliefOf({ number, own }: Variant, beliefs: ReadonlyMap<number, Belief>): VariantFacts['belief'] {
  const belief = own.resolved + own.unresolved > 0 ? beliefs.get(number) : undefined;
  if (belief === undefined) return null;
  return { mean: rounded(belief.mean, 4), lower: rounded(belief.lower, 4), upper: rounded(belief.upper, 4) };
}
