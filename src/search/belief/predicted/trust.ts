import type { Prediction, PredictionRecord } from '../../../model/memory/prediction.ts';
import type { Prior } from '../prior.ts';

export const NO_RECORD: PredictionRecord = { squares: 0, products: 0 };

/** Standard errors by which what was predicted must have gone with what came before it counts. */
const CALIBRATED = 1;
/** Squares at which a record counts for half: as if the best that predictions are taken to do were a third of the gains' spread. */
const DOUBT = 8;
/** Spread of what diagnoses expect before any has spoken, in tasks fixed of tasks named, and how many that counts for. */
const SPREAD = 0.15;
const SEEN = 4;

/**
 * What the diagnoses' predictions say of children's gains: a regression of gains on how much was expected of a child, against what was
 * expected of those before it, in their standard deviations. Zero until the record, of this run and the repository's earlier ones,
 * says that more was gained where more was expected.
 */
export class Trust {
  readonly #limit: number;
  readonly #spread: number;
  readonly #record: PredictionRecord;
  readonly #standing: number[] = [];
  #seen = SEEN;
  #sum = 0;
  #squares = 0;
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

  /** Adds the next node. */
  add(predicted: readonly Prediction[] = []): void {
    this.#known.push(0);
    this.#standing.push(predicted.length === 0 ? 0 : this.#stand(expectedOf(predicted)));
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

  /** @param worksOf the chance that a node works @param gainOf what is believed of its gain, less the expected gain of any child */
  learn(worksOf: (node: number) => number, gainOf: (node: number) => number): void {
    let [squares, products] = [0, 0];
    this.#standing.forEach((standing, node) => {
      if (standing === 0) return;
      const weight = worksOf(node);
      const known = this.#known[node]!;
      squares += weight * known * standing ** 2;
      products += weight * standing * (gainOf(node) - this.of(node) + known * this.of(node));
    });
    this.#own = { squares, products };
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

  #stand(expected: number): number {
    if (this.#seen === SEEN) {
      this.#sum = SEEN * expected;
      this.#squares = SEEN * (expected ** 2 + SPREAD ** 2);
    }
    this.#seen++;
    this.#sum += expected;
    this.#squares += expected ** 2;
    const mean = this.#sum / this.#seen;
    return (expected - mean) / Math.sqrt(this.#squares / this.#seen - mean ** 2);
  }
}

/** Tasks expected to be fixed less those expected to be broken, of those that are named, in [-1, 1]. */
function expectedOf(predicted: readonly Prediction[]): number {
  const sum = predicted.reduce((sum, { change, chance }) => sum + (change === 'fix' ? chance : -chance), 0);
  return sum / predicted.length;
}
