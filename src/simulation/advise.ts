import { allowance } from '../search/gate/ledger.ts';
import { passChance } from '../search/gate/plan.ts';
import type { LogitLandscape } from './landscape.ts';

/** What a person knows before a run. */
export interface Situation {
  /** Search and held-out tasks. */
  readonly searchTasks: number;
  readonly heldOutTasks: number;
  /** Share of tasks the agent solves today, in (0, 1). */
  readonly rootScore: number;
}

const DIFFICULTY_SD = 1.6;

/** What self-modification may turn out to be like: nobody knows beforehand, so advice is given for each. */
const PROSPECTS: readonly (Pick<LogitLandscape, 'mutations' | 'drift' | 'failure'> & { name: string })[] = [
  {
    name: 'good ideas come often',
    drift: { sd: 0.06 },
    failure: 0.1,
    mutations: [
      { name: 'broken', weight: 0.15, mean: -1.5, sd: 0.6, drift: 0 },
      { name: 'neutral', weight: 0.55, mean: -0.05, sd: 0.2, drift: 1 },
      { name: 'improving', weight: 0.3, mean: 0.3, sd: 0.3, drift: 1 },
    ],
  },
  {
    name: 'good ideas are rare',
    drift: { sd: 0.02 },
    failure: 0.15,
    mutations: [
      { name: 'broken', weight: 0.25, mean: -1.8, sd: 0.7, drift: 0 },
      { name: 'neutral', weight: 0.67, mean: -0.1, sd: 0.15, drift: 1 },
      { name: 'improving', weight: 0.08, mean: 0.5, sd: 0.3, drift: 1 },
    ],
  },
  {
    name: 'there is nothing to gain',
    drift: { sd: 0 },
    failure: 0.15,
    mutations: [
      { name: 'broken', weight: 0.25, mean: -1.5, sd: 0.6, drift: 0 },
      { name: 'neutral', weight: 0.75, mean: 0, sd: 0, drift: 0 },
    ],
  },
];

/** Worlds a situation may turn out to be, each with a root that solves what the agent solves today. */
export function prospects({ searchTasks, heldOutTasks, rootScore }: Situation): LogitLandscape[] {
  return PROSPECTS.map((prospect) => ({
    ...prospect,
    kind: 'logit',
    tasks: searchTasks,
    heldout: heldOutTasks,
    difficulty: { mean: 0, sd: DIFFICULTY_SD },
    discrimination: { logSd: 0.2 },
    slip: 0.02,
    taskShift: { sd: 0.2, inherit: 0.9 },
    root: { ability: abilityOf(rootScore), drift: 0 },
  }));
}

/** Ability at which the expected share of solved tasks is `score`; the logistic-normal mean is sigmoid(a / sqrt(1 + sd^2 / 2.89)). */
function abilityOf(score: number): number {
  const clipped = Math.min(0.97, Math.max(0.03, score));
  const inner = (clipped - 0.02) / 0.96;
  return Math.log(inner / (1 - inner)) * Math.sqrt(1 + DIFFICULTY_SD ** 2 / 2.89);
}

export interface GateOutlook {
  readonly heldOutTasks: number;
  /** Chance to pass by the true gain, in shares of tasks, for several numbers of held-out evaluations. */
  readonly plans: readonly {
    readonly evaluations: number;
    readonly chances: readonly { readonly gain: number; readonly chance: number }[];
  }[];
  /** The least gain with a chance of at least 80 % within the most evaluations; `null` for none of these. */
  readonly provable: number | null;
}

const GAINS = [0.05, 0.1, 0.15, 0.2, 0.3];

/** How large a gain the merge gate of a first run can prove with so many held-out tasks, by what is spent on proof. */
export function gateOutlook(
  { heldOutTasks, rootScore }: Pick<Situation, 'heldOutTasks' | 'rootScore'>,
  confidence: number,
  evaluations: readonly number[],
): GateOutlook {
  const { level } = allowance([], '', ['one'], 1 - confidence, 'share');
  const plans = evaluations.map((most) => ({
    evaluations: heldOutEvaluations(heldOutTasks, most),
    chances: GAINS.filter((gain) => rootScore + gain < 1).map((gain) => ({
      gain,
      chance: passChance({ heldOutTasks, evaluations: most, level, rootScore }, gain),
    })),
  }));
  return {
    heldOutTasks,
    plans: plans.filter((plan, i) => plan.evaluations !== plans[i - 1]?.evaluations),
    provable: plans.at(-1)!.chances.find(({ chance }) => chance >= 0.8)?.gain ?? null,
  };
}

/** Held-out evaluations of whole rounds, of root and variant together, within a limit; one round at least. */
export function heldOutEvaluations(heldOutTasks: number, most: number): number {
  return Math.max(1, Math.floor(most / (2 * heldOutTasks))) * 2 * heldOutTasks;
}
