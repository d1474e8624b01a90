import type { Prediction, PredictionRecord } from '../../../model/memory/prediction.ts';
import type { Prior } from '../prior.ts';

export const NO_RECORD: PredictionRecord = { squares: 0, products: 0 };

/** Standard errors by which what was predicted must have gone with what came before it counts. */
const CALIBRATED = 1;
/** Squares at which a record counts for half: as if the best that predictions are taken to do were a third of the gains' spread. */
const DOUBT = 8;
/** Least spread of what diagnoses expect, in tasks fixed of tasks named, and how many that counts for before any has spoken. */
const SPREAD = 0.15;
const SEEN = 4;
/** Standard deviations that one expectation may stand from the others. */
const FURTHEST = 2;

/**
 * What the diagnoses' predictions say of children's gains: a regression of gains on how much was expected of a child, against what was
 * expected of those before it by the same model, in their standard deviations. Zero until the record, of this run and the repository's earlier ones,
 * says that more was gained where more was expected.
 */
export class Trust {
  readonly #limit: number;
  readonly #spread: number;
  readonly #record: PredictionRecord;
  readonly #standing: number[] = [];
  /** What was expected so far, by the model that expected it. */
  readonly #said = new Map<string, { readonly n: number; readonly sum: number; readonly squares: number }>();
  /** What one standard deviation of what is expected adds to the gain, in logits. */
  value = 0;
  /** By node: of the gain's variance, the share that its results have taken. */
  readonly #known: number[] = [];
  #own = NO_RECORD;

  constructor({ trust, gainSd }: Pick<Prior, 'trust' | 'gainSd'>, record: PredictionRecord) {
    this.#limit = trust * gainSd;
    this.#spread = gainSd;
    this.#record = record;
    this.#fit();
  }

  /** Adds the next node. @param model that predicted, where there are several */
  add(predicted: readonly Prediction[] = [], model = ''): void {
    this.#known.push(0);
    this.#standing.push(predicted.length === 0 ? 0 : this.#stand(expectedOf(predicted), model));
  }

  /** What its predictions add to a node's expected gain, in logits. */
  of(node: number): number {
    return this.value * this.#standing[node]!;
  }

  /**
   * Takes in how much a node's results say of its gain: weights of ability and drift in the gain's regression on them, over its
   * variance, and by how much their variances and covariance fell.
   */
  tell(node: number, ability: number, drift: number, aa: number, ad: number, dd: number): void {
    this.#known[node] = this.#spread ** 2 * (ability * ability * aa + 2 * ability * drift * ad + drift * drift * dd);
  }

  /**
   * Learns from every node but the two that speak most for predictions and against them: none makes them believed by itself.
   *
   * @param worksOf the chance that a node works
   * @param gainOf what is believed of its gain, less the expected gain of any child
   */
  learn(worksOf: (node: number) => number, gainOf: (node: number) => number): void {
    const sum = { squares: 0, products: 0 };
    let [most, least] = [NO_RECORD, NO_RECORD];
    this.#standing.forEach((standing, node) => {
      if (standing === 0) return;
      const weight = worksOf(node);
      const known = this.#known[node]!;
      const squares = weight * known * standing ** 2;
      const products = weight * standing * (gainOf(node) - this.of(node) + known * this.of(node));
      sum.squares += squares;
      sum.products += products;
      if (products > most.products) most = { squares, products };
      if (products < least.products) least = { squares, products };
    });
    this.#own = {
      squares: Math.max(0, sum.squares - most.squares - least.squares),
      products: sum.products - most.products - least.products,
    };
    this.#fit();
  }

  /** This run's part of the record. */
  get record(): PredictionRecord {
    return this.#own;
  }

  #fit(): void {
    const squares = this.#record.squares + this.#own.squares;
    const products = this.#record.products + this.#own.products;
    const calibrated = products > CALIBRATED * this.#spread * Math.sqrt(squares);
    this.value = calibrated ? Math.min(this.#limit, products / (squares + DOUBT)) : 0;
  }

  #stand(expected: number, model: string): number {
    const { n, sum, squares } = this.#said.get(model) ?? {
      n: SEEN,
      sum: SEEN * expected,
      squares: SEEN * (expected ** 2 + SPREAD ** 2),
    };
    const said = { n: n + 1, sum: sum + expected, squares: squares + expected ** 2 };
    this.#said.set(model, said);
    const mean = said.sum / said.n;
    const spread = Math.max(SPREAD, Math.sqrt(Math.max(0, said.squares / said.n - mean ** 2)));
    return Math.min(FURTHEST, Math.max(-FURTHEST, (expected - mean) / spread));
  }
}

/** Tasks expected to be fixed less those expected to be broken, of those that are named, in [-1, 1]. */
function expectedOf(predicted: readonly Prediction[]): number {
  const sum = predicted.reduce((sum, { change, chance }) => sum + (change === 'fix' ? chance : -chance), 0);
  return sum / predicted.length;
}
