import { type Archive, budgetUsed, type Variant } from '../../archive/archive.ts';
import { GrowingArchive, reduceEntry } from '../../archive/reduce.ts';
import type { ArchiveEvent, ArchiveEventOf, JournalEntry } from '../../model/event.ts';
import { type TaskId, type VariantId, variantNumber } from '../../model/ids.ts';
import { evenly } from '../../model/limits/evenly.ts';
import { decisionText } from '../../report/reason.ts';
import { choose, decide, rankForChoice, viewOf } from '../../search/decide.ts';
import { rankByBeta } from '../../search/policies/belief-beta.ts';
import type { Policy } from '../../search/policies/policy.ts';
import { createPolicy, POLICIES, policyOf } from '../../search/policies.ts';
import { emptyColumns } from './columns.ts';
import { Comparisons } from './comparisons.ts';
import { type Comparison, type DecisionFacts, type Evaluations, OUTCOMES, type Progress } from './document.ts';
import { rounded } from './sample.ts';

/** How closely a run is looked at. */
export interface Closeness {
  /** Points of its course at most; at least 2. */
  readonly points: number;
  /** Decisions that are looked into, where they are not all; 0 for none. */
  readonly looks: number;
}
const CLOSELY: Closeness = { points: 400, looks: 200 };
/** Beliefs in one variant that are worked out at most for each of the two. */
const MAX_BELIEFS = 40_000;
/** Evaluations up to which a policy's own beliefs are taken: those of `huxley` take a millisecond for each. */
const MAX_EVALUATIONS = 3_000;
/** Policies that are asked what they would have done. */
const ASKED = ['huxley', 'hgm', 'best-of-n'];

/** What a journal tells besides the archive it comes to. */
export interface Folded {
  readonly archive: Archive;
  readonly policy: Policy;
  readonly tasks: readonly TaskId[];
  readonly evaluations: Evaluations;
  readonly decisions: readonly DecisionFacts[];
  /** What was left out because the run is long, in words. */
  readonly cut: readonly string[];
  readonly progress: readonly Progress[];
  readonly comparisons: readonly Comparison[];
  /** When each variant was ordered, and made or failed, by its number. */
  readonly times: ReadonlyMap<number, { readonly orderedAt?: string; readonly madeAt?: string }>;
}

/** Reads a journal once, from its first entry; at least that one. */
export function fold(entries: readonly JournalEntry[], closeness = CLOSELY): Folded {
  const reading = new Reading(entries, closeness);
  using growing = new GrowingArchive<JournalEntry>(null, reduceEntry);
  entries.forEach((entry, place) => {
    if (growing.now !== null) reading.before(growing.now, entry);
    const ignored = growing.now?.ignored.length ?? 0;
    const archive = growing.add(entry);
    reading.after(archive, entry, place, archive.ignored.length > ignored);
  });
  return reading.done(growing.now!);
}

class Reading {
  readonly #started: ArchiveEventOf<'run.started'>;
  readonly #startedAt: number;
  /** The place of the last entry. */
  readonly #last: number;
  readonly #policy: Policy;
  readonly #others: readonly Policy[];
  /** Held-out tasks have a place once they are open. */
  readonly #places: Map<TaskId, number>;
  readonly #columns = emptyColumns();
  readonly #decisions: DecisionFacts[] = [];
  readonly #progress: Progress[] = [];
  readonly #comparisons = new Comparisons();
  readonly #times = new Map<number, { orderedAt?: string; madeAt?: string }>();
  readonly #pointsAt: ReadonlySet<number>;
  readonly #looksAt: ReadonlySet<number>;
  readonly #long: boolean;
  readonly #cut: readonly string[];

  constructor(entries: readonly JournalEntry[], { points, looks }: Closeness) {
    const [{ event, at }] = entries as readonly [JournalEntry];
    this.#started = event as ArchiveEventOf<'run.started'>;
    this.#startedAt = Date.parse(at);
    this.#last = entries.length - 1;
    const { policy, calibrate, measure, tasks, heldOut } = this.#started;
    const count = (type: ArchiveEvent['type']) => entries.filter((entry) => entry.event.type === type).length;
    this.#long = count('evaluation.done') > MAX_EVALUATIONS;
    this.#policy = this.#long ? plain(policyOf(policy)) : policyOf(policy);
    const searches = calibrate === undefined && measure === undefined;
    this.#others = POLICIES.filter(
      ({ name }) => searches && name !== policy.name && ASKED.includes(name) && !(this.#long && name === 'huxley'),
    ).map(({ name }) => createPolicy(name));
    const opens = count('heldout.opened') + count('heldout.extended') > 0;
    this.#places = new Map([...tasks, ...(opens ? heldOut : [])].map((task, place) => [task, place]));
    const telling = entries.flatMap(({ event }, place) => (place > 0 && TELLING.has(event.type) ? [place] : []));
    const variants = count('expansion.made') + 1;
    const bounded = (most: number) => Math.min(most, Math.max(40, Math.round(MAX_BELIEFS / variants)));
    this.#pointsAt = new Set([0, ...evenly(telling, bounded(points) - 2), this.#last]);
    const decisions = entries.flatMap(({ event }) => (event.type === 'decision.made' ? [event.n] : []));
    const whole = looks > 0 && decisions.length * variants <= MAX_BELIEFS;
    this.#looksAt = new Set(whole ? decisions : evenly(decisions, Math.min(looks, bounded(looks))));
    this.#cut = [
      ...(whole ? [] : ['beliefs and what other policies would have done were computed only at some decisions']),
      ...(this.#long ? ['beliefs use only each variant’s own results'] : []),
    ];
  }

  before(archive: Archive, { event, at }: JournalEntry): void {
    if (event.type !== 'decision.made' || event.n !== archive.decisions) return;
    const { n, decision } = event;
    const looked = this.#looksAt.has(n);
    const { text } = decision.reason;
    this.#decisions.push({
      n,
      at: this.#seconds(at),
      evaluations: this.#columns.task.length,
      // Of a long run the candidates of every evaluation would be most of the document.
      decision: looked || decision.type !== 'evaluate' ? decision : { ...decision, reason: { text, candidates: [] } },
      what: decisionText(decision),
      ...(looked && { beliefs: this.#beliefs(archive), ...this.#otherwise(archive) }),
    });
  }

  after(archive: Archive, { event, at }: JournalEntry, place: number, ignored: boolean): void {
    if (!ignored) {
      if (event.type === 'evaluation.done') this.#evaluated(event, at);
      else if ('variant' in event && ORDERS.has(event.type)) this.#time(event.variant, { orderedAt: at });
      else if ('variant' in event && ENDS.has(event.type)) this.#time(event.variant, { madeAt: at });
      else if (event.type.startsWith('heldout.')) {
        this.#comparisons.see(archive, event);
        if (archive.heldOut.size === 0) this.#begunAgain();
      }
    }
    if (this.#pointsAt.has(place)) this.#progress.push(this.#point(archive, at, place === this.#last));
  }

  done(archive: Archive): Folded {
    return {
      archive,
      policy: this.#policy,
      tasks: [...this.#places.keys()],
      evaluations: this.#columns,
      decisions: this.#decisions,
      cut: this.#cut,
      progress: this.#progress,
      comparisons: this.#comparisons.all,
      times: this.#times,
    };
  }

  #seconds(at: string): number {
    return rounded((Date.parse(at) - this.#startedAt) / 1_000, 1);
  }

  #time(variant: VariantId, time: { orderedAt?: string; madeAt?: string }): void {
    const number = variantNumber(variant);
    this.#times.set(number, { ...this.#times.get(number), ...time });
  }

  #evaluated(event: ArchiveEventOf<'evaluation.done'>, at: string): void {
    const task = this.#places.get(event.task);
    if (task === undefined) return;
    const columns = this.#columns;
    if (event.signs && event.signs.length > 0) columns.signs[columns.task.length] = event.signs;
    if (event.voided) columns.aside[columns.task.length] = 'no result';
    columns.variant.push(variantNumber(event.variant));
    columns.task.push(task);
    columns.round.push(event.round ?? 0);
    columns.outcome.push(OUTCOMES.indexOf(event.outcome));
    columns.score.push(event.score ?? null);
    columns.costUSD.push(rounded(event.costUSD, 6));
    columns.tokens.push(event.tokens ?? null);
    columns.seconds.push(rounded(event.seconds, 1));
    columns.at.push(this.#seconds(at));
    columns.job.push(event.job);
  }

  /** The archive has dropped what was measured on held-out tasks so far. */
  #begunAgain(): void {
    const { aside, task } = this.#columns;
    for (const [at, place] of task.entries()) if (place >= this.#started.tasks.length) aside[at] = 'begun again';
  }

  #beliefs(archive: Archive): (number | null)[] {
    const means: (number | null)[] = archive.search.variants.map(() => null);
    for (const { variant, mean } of this.#policy.rank(viewOf(archive))) means[variant] = rounded(mean, 3);
    return means;
  }

  #otherwise(archive: Archive): Pick<DecisionFacts, 'others'> {
    if (this.#others.length === 0) return {};
    return {
      others: Object.fromEntries(
        this.#others.map((policy) => [policy.spec.name, decisionText(decide(archive, policy))]),
      ),
    };
  }

  #point(archive: Archive, at: string, isLast: boolean): Progress {
    const { outcome, opened, search, spentUSD } = archive;
    const view = viewOf(archive);
    // Attempts that gave no result count as failed only at the end: at each point the policy would have to read everything again.
    const ranking = isLast ? rankForChoice(view, this.#policy) : this.#policy.rank(view);
    const shipped = outcome?.shipped ?? opened;
    const best = shipped === null ? choose(archive, ranking).best.variant : variantNumber(shipped);
    const belief = ranking.find(({ variant }) => variant === best);
    const { own } = search.variants[best]!;
    const figure = (of: 'mean' | 'lower' | 'upper') =>
      belief && known(search.variants[best]!) ? rounded(belief[of], 4) : null;
    const root = search.variants[0]!;
    return {
      at: this.#seconds(at),
      used: rounded(budgetUsed(archive), 3),
      spentUSD: rounded(spentUSD, 6),
      best,
      mean: figure('mean'),
      lower: figure('lower'),
      upper: figure('upper'),
      resolved: own.resolved,
      n: own.resolved + own.unresolved,
      root: known(root) ? rounded(root.own.resolved / (root.own.resolved + root.own.unresolved), 4) : null,
    };
  }
}

/** The policy with beliefs that cost little. */
function plain(policy: Policy): Policy {
  return {
    spec: policy.spec,
    propose: (view, rng) => policy.propose(view, rng),
    rank: (view) => rankByBeta(view, 0.05),
  };
}

function known({ own }: Variant): boolean {
  return own.resolved + own.unresolved > 0;
}

/** Events that may change where a run stands. */
const TELLING: ReadonlySet<string> = new Set(['evaluation.done', 'expansion.made', 'expansion.failed', 'run.ended']);
const ORDERS: ReadonlySet<string> = new Set(['expansion.ordered', 'adoption.ordered', 'slim.ordered']);
const ENDS: ReadonlySet<string> = new Set(['expansion.made', 'expansion.failed', 'expansion.lost']);
