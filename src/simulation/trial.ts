import { type Archive, RULES } from '../archive/archive.ts';
import { reduce } from '../archive/reduce.ts';
import type { Decision } from '../model/decision.ts';
import type { ArchiveEvent, ArchiveEventOf, Prefer } from '../model/event.ts';
import type { Bounds } from '../model/gate/verdict.ts';
import { type VariantId, variantNumber } from '../model/ids.ts';
import type { Prediction, PredictionRecord } from '../model/memory/prediction.ts';
import { createRng } from '../model/rng.ts';
import { decide, viewOf } from '../search/decide.ts';
import { allowance } from '../search/gate/ledger.ts';
import type { Durations } from '../search/hours.ts';
import type { Policy } from '../search/policies/policy.ts';
import { simulateComparison } from './comparison.ts';
import { evaluationMinutes, expansionMinutes } from './durations.ts';
import { heldOutCount, type Landscape } from './landscape.ts';
import { createWorld, type SimulatedVariant, type SimulatedWorld } from './simulated-world.ts';

export interface TrialSettings {
  readonly landscape: Landscape;
  readonly policy: Policy;
  readonly budget: number;
  readonly seed: number;
  readonly expansionCost: number;
  readonly concurrency: number;
  readonly prefer: Prefer;
  readonly batch: number;
  readonly confidence: number;
  readonly durations: Durations;
  /** Told of every event, for those who want the journal. */
  readonly record?: (event: ArchiveEvent) => void;
  /** What predictions were worth in earlier runs. */
  readonly predictions?: PredictionRecord;
}

/** What one simulated run came to. Utilities are true ones: mean chances over search and held-out tasks. */
export interface Trial {
  readonly shipped: number;
  readonly best: number;
  readonly root: number;
  /** Variants made, the root included. */
  readonly variants: number;
  readonly evaluations: number;
  readonly expansions: number;
  readonly decisions: number;
  /** From the start to the end of the search, the root's measurement included. */
  readonly hours: number;
  /** What predictions were worth in it; absent where none was scored. */
  readonly predictions: PredictionRecord | undefined;
  /** Whether the merge gate would promote what is shipped. */
  readonly promoted: boolean;
  /** Whether the reported 90 % interval of the gain holds the true one, and the search's own belief the true utility. */
  readonly covered: boolean;
  readonly believed: boolean;
}

/** One run of a policy against the world of (landscape, seed), through the very `reduce` and `decide` of real runs. */
export function runTrial(settings: TrialSettings): Trial {
  const { landscape, policy, seed } = settings;
  const world = createWorld(landscape, seed);
  const { archive, shipped, simulated, minutes, predictions } = search(settings, world);
  const chosen = simulated[variantNumber(shipped)]!;
  const { alike, passed } = compared(settings, world.root, chosen);
  const gain = chosen.utility - world.root.utility;
  const believed = policy.rank(viewOf(archive)).find(({ variant }) => variant === variantNumber(shipped))!;
  const { search: state } = archive;
  return {
    shipped: chosen.utility,
    best: simulated.reduce((best, variant) => Math.max(best, variant?.utility ?? 0), 0),
    root: world.root.utility,
    variants: state.live,
    evaluations: state.evaluations,
    expansions: state.expansionsMade + state.expansionsFailed,
    decisions: archive.decisions,
    hours: minutes / 60,
    predictions,
    promoted: chosen !== world.root && passed,
    covered: alike.lower <= gain && gain <= alike.upper,
    believed: believed.lower <= chosen.utility && chosen.utility <= believed.upper,
  };
}

/** The held-out comparison of a repository's first run, with as many evaluations as the search had. */
function compared(
  { landscape, budget, confidence, seed }: TrialSettings,
  root: SimulatedVariant,
  variant: SimulatedVariant,
): { readonly passed: boolean; readonly alike: Bounds } {
  const chances = ({ chances: all }: SimulatedVariant) => [...all.slice(landscape.tasks)];
  const heldOut = Array.from({ length: heldOutCount(landscape) }, (_, task) => `h${task}`);
  if (heldOut.length === 0) return { passed: false, alike: { lower: -1, upper: 1 } };
  const rules = { test: 'sequential', evaluations: budget, promise: 'share' } as const;
  const { level } = allowance([], landscape.name, heldOut, 1 - confidence, rules.promise);
  const { passed, evidence } = simulateComparison(
    { root: chances(root), variant: chances(variant) },
    { rules, level },
    createRng(seed, variant.key),
  );
  return { passed, alike: evidence!.alike };
}

interface Found {
  readonly archive: Archive;
  readonly shipped: VariantId;
  readonly predictions: PredictionRecord | undefined;
  /** By variant number. */
  readonly simulated: readonly (SimulatedVariant | undefined)[];
  readonly minutes: number;
}

/** The search itself. Each job ends when its time is over. */
export function search(settings: TrialSettings, world: SimulatedWorld): Found {
  const { policy } = settings;
  let archive: Archive | null = null;
  const happen = (event: ArchiveEvent): Archive => {
    settings.record?.(event);
    archive = reduce(archive, event);
    return archive;
  };
  const simulated: (SimulatedVariant | undefined)[] = [world.root];
  /** Minutes at which jobs in flight end. */
  const ends = new Map<string, number>();
  let minutes = 0;
  for (let now = happen(started(settings)); ; ) {
    const decision = decide(now, policy);
    if (decision.type === 'stop')
      return { archive: now, shipped: decision.shipped, predictions: decision.predictions, simulated, minutes };
    if (decision.type === 'wait') {
      const [job, end] = [...ends].reduce((first, next) => (next[1] < first[1] ? next : first));
      ends.delete(job);
      minutes = end;
      for (const event of ending(now, world, simulated, job)) now = happen(event);
      continue;
    }
    const n = now.decisions;
    happen({ type: 'decision.made', n, decision });
    const order = orderOf(decision, n);
    now = happen(order);
    ends.set(order.job, minutes + duration(settings.durations, now, simulated, order));
  }
}

function started({ landscape, policy, ...settings }: TrialSettings): ArchiveEventOf<'run.started'> {
  const { budget, expansionCost, concurrency, prefer, batch, confidence, seed, predictions } = settings;
  return {
    type: 'run.started',
    run: landscape.name,
    seed,
    policy: policy.spec,
    budget,
    expansionCost,
    concurrency,
    prefer,
    batch,
    costUSD: null,
    suite: { name: landscape.name, digest: 'simulated' },
    tasks: Array.from({ length: landscape.tasks }, (_, task) => `t${task}`),
    heldOut: Array.from({ length: heldOutCount(landscape) }, (_, task) => `h${task}`),
    root: { sha: 'simulated', tree: 'simulated' },
    confidence,
    rules: RULES,
    ...(predictions && { predictions }),
  };
}

type JobOrder = ArchiveEventOf<'evaluation.ordered'> | ArchiveEventOf<'expansion.ordered'>;

/** The job that a decision orders. */
export function orderOf(decision: Extract<Decision, { type: 'expand' | 'evaluate' }>, n: number): JobOrder {
  const job = `j${n}`;
  if (decision.type === 'evaluate') {
    const { variant, tasks, round } = decision;
    const again = round === undefined ? {} : { round };
    return { type: 'evaluation.ordered', job, decision: n, variant, tasks, split: 'search', ...again };
  }
  const { variant, parent, operator } = decision;
  return { type: 'expansion.ordered', job, decision: n, variant, parent, operator };
}

const FREE = { costUSD: 0, seconds: 0 } as const;

/** Minutes that a job takes which was just ordered. */
function duration(
  durations: Durations,
  { search }: Archive,
  simulated: readonly (SimulatedVariant | undefined)[],
  order: JobOrder,
): number {
  if (order.type === 'expansion.ordered') {
    const parent = search.variants[variantNumber(order.parent)]!;
    return expansionMinutes(durations, simulated[parent.number]!, parent.children.length - 1);
  }
  const tasks = order.tasks.map((task) => search.taskIndex.get(task)!);
  return evaluationMinutes(durations, simulated[variantNumber(order.variant)]!, tasks);
}

/** What ends a job in flight. */
function ending(
  archive: Archive,
  world: SimulatedWorld,
  simulated: (SimulatedVariant | undefined)[],
  ended: string,
): ArchiveEvent[] {
  const { job, kind, variant, round, tasks } = archive.jobs.get(ended)!;
  const number = variantNumber(variant);
  if (kind === 'expand') {
    const { parent: of, operator } = archive.search.variants[number]!;
    const parent = archive.search.variants[of]!;
    const child = world.child(simulated[of]!, parent.children.indexOf(number), operator!);
    if (child === null)
      return [{ type: 'expansion.failed', job, variant, stage: 'modify', reason: 'nothing came', ...FREE }];
    simulated[number] = child;
    const predicted = child.predicted && predictionsOf(child.predicted, archive);
    return [
      {
        type: 'expansion.made',
        job,
        variant,
        sha: '',
        tree: '',
        summary: '',
        ...(predicted && { predicted }),
        ...FREE,
      },
    ];
  }
  return tasks.map((task) => {
    const index = archive.search.taskIndex.get(task)!;
    const resolved = world.resolves(simulated[number]!, index, round);
    const outcome = resolved ? 'resolved' : 'unresolved';
    const share = resolved ? null : world.score(simulated[number]!, index, round);
    const score = share === null ? {} : { score: share };
    return { type: 'evaluation.done', job, variant, task, split: 'search', round, outcome, ...score, ...FREE };
  });
}

/** Chances of those named: the more, the more is predicted of the child. */
function predictionsOf(
  { named, foretold }: NonNullable<SimulatedVariant['predicted']>,
  { settings }: Archive,
): Prediction[] {
  const chance = Math.min(0.98, Math.max(0.02, 0.35 + 0.15 * foretold));
  return named.map((task) => ({ task: settings.tasks[task]!, change: 'fix', chance }));
}
