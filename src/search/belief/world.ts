import type { Prior } from './prior.ts';
import type { Site } from './site.ts';

/** What children gain that work, and how many are broken: the prior, and what is seen of this run's. */
export class World {
  readonly #prior: Prior;
  gain: number;
  broken: number;

  constructor(prior: Prior) {
    this.#prior = prior;
    this.gain = prior.gain;
    this.broken = prior.broken;
  }

  /** Learns from every node but the root, each as far as it has been measured. */
  learn(
    sites: readonly (readonly Site[])[],
    worksOf: (node: number) => number,
    gainOf: (node: number) => number,
  ): void {
    const { weight, gain, broken } = this.#prior;
    let works = weight;
    let falls = weight * broken;
    let total = weight;
    let gains = weight * gain;
    for (let node = 1; node < sites.length; node++) {
      const tries = sites[node]!.reduce((sum, { weight, easier }) => sum + (easier === 0 ? weight : 0), 0);
      const measured = Math.min(1, tries / 3);
      if (measured === 0) continue;
      const w = worksOf(node) * measured;
      falls += measured - w;
      total += measured;
      works += w;
      gains += w * gainOf(node);
    }
    this.broken = falls / total;
    this.gain = Math.min(0.2, Math.max(-0.2, gains / works));
  }
}
