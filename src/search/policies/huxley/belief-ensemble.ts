import type { SearchState } from '../../../archive/archive.ts';
import type { Rng } from '../../../model/rng.ts';
import { TreeBelief } from '../../belief/belief.ts';
import type { Prior } from '../../belief/prior.ts';
import type { Belief } from '../policy.ts';
import { jointly, type Prospect, timesBettered } from './chance-of-better.ts';

/** A belief with its standard deviation. */
export interface Estimate extends Belief {
  readonly sd: number;
}

const COMMON = { trust: 0, named: false, difficultySd: 1.5, rootSd: 1.5, brokenGain: -1.5, brokenSd: 0.7, weight: 10 };

const DRAWS = 400;

/** The worlds the ensemble is made of. */
const WORLDS: readonly Prior[] = [
  { ...COMMON, slip: 0.02, gain: 0, gainSd: 0.05, driftSd: 0.01, broken: 0.2 },
  { ...COMMON, slip: 0.02, gain: 0, gainSd: 0.25, driftSd: 0.03, broken: 0.2 },
  { ...COMMON, slip: 0.02, gain: 0, gainSd: 0.25, driftSd: 0.12, broken: 0.1 },
  { ...COMMON, slip: 0.02, gain: 0, gainSd: 0.5, driftSd: 0.05, broken: 0.2 },
  { ...COMMON, slip: 0.005, gain: 0, gainSd: 0.3, driftSd: 0.35, broken: 0.1 },
  { ...COMMON, slip: 0.005, gain: 0, gainSd: 0.9, driftSd: 0.1, broken: 0.1 },
  { ...COMMON, slip: 0.02, gain: -0.3, gainSd: 0.35, driftSd: 0.03, broken: 0.2 },
  { ...COMMON, slip: 0.02, gain: 0, gainSd: 0.25, driftSd: 0.03, broken: 0.5, brokenGain: -2 },
  { ...COMMON, slip: 0.005, gain: 0, gainSd: 0.25, driftSd: 0.2, broken: 0.05, difficultySd: 0.3 },
];

/**
 * Several tree beliefs, each assuming another kind of world, weighted by the evidence for each: Bayesian model averaging.
 * Used for the final choice, where calibration counts; the search itself runs on one optimistic belief.
 */
export class BeliefEnsemble {
  readonly #beliefs: readonly TreeBelief[];

  constructor(tasks: number, named = false) {
    this.#beliefs = WORLDS.map((prior) => new TreeBelief({ ...prior, named }, tasks, false));
  }

  follow(search: SearchState): boolean {
    return this.#beliefs.every((belief) => belief.follow(search));
  }

  get weights(): number[] {
    const top = Math.max(...this.#beliefs.map(({ logEvidence }) => logEvidence));
    const raw = this.#beliefs.map(({ logEvidence }) => Math.exp(logEvidence - top));
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((weight) => weight / sum);
  }

  /** The chance, in [0, 1], that a child made by these expansions is truly better: draws from each belief by its weight, standard error below .03. */
  chanceOfBetter(prospect: Prospect, rng: Rng): number {
    let [better, of] = [0, 0];
    this.weights.forEach((weight, index) => {
      const draws = Math.round(DRAWS * weight);
      of += draws;
      better += timesBettered(this.#beliefs[index]!, prospect, draws, rng);
    });
    return better / of;
  }

  /** See `Policy.draws`; from each belief by its weight. */
  draws(numbers: readonly number[], about: number, rng: Rng): number[][] {
    return this.weights.flatMap((weight, index) => {
      const belief = this.#beliefs[index]!;
      const draw = jointly(
        belief,
        numbers.map((number) => belief.node(number)),
      );
      return Array.from({ length: Math.round(about * weight) }, () =>
        draw(rng).map(({ ability }) => belief.success(ability)),
      );
    });
  }

  /** The node of a variant, by number. */
  node(number: number): number {
    return this.#beliefs[0]!.node(number);
  }

  /** What the ensemble estimates of every active variant with evidence and of the root, in no order; `score` is left at the mean. */
  estimates(search: SearchState): Estimate[] {
    const weights = this.weights;
    const [first] = this.#beliefs;
    const found: Estimate[] = [];
    for (let node = 0; node < first!.size; node++) {
      const number = first!.numberOf[node]!;
      const variant = search.variants[number]!;
      if (!variant.active || (number > 0 && variant.own.resolved + variant.own.unresolved === 0)) continue;
      let mean = 0;
      let square = 0;
      this.#beliefs.forEach((belief, index) => {
        const weight = weights[index]!;
        if (weight < 1e-4) return;
        const ability = belief.ability(node);
        const sd = Math.sqrt(belief.abilityVar(node));
        const m = belief.success(ability, sd);
        const s = (belief.success(ability + sd) - belief.success(ability - sd)) / 2;
        mean += weight * m;
        square += weight * (m * m + s * s);
      });
      const sd = Math.sqrt(Math.max(1e-9, square - mean * mean));
      const lower = Math.max(0, mean - 1.645 * sd);
      const upper = Math.min(1, mean + 1.645 * sd);
      found.push({ variant: number, mean, lower, upper, score: mean, sd });
    }
    return found;
  }
}
