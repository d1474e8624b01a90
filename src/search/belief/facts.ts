import type { Fact, SearchState } from '../../archive/archive.ts';

/** Something kept up to date fact by fact: its state depends on the facts in their order alone, whenever it is asked. */
export abstract class FactReader {
  #seen: Fact | null = null;

  /** Takes in what is new. False when the facts do not continue those seen: then a fresh reader is due. */
  follow(search: SearchState): boolean {
    const fresh: Fact[] = [];
    const seen = this.#seen?.seq ?? 0;
    let at = search.lastFact;
    for (; at !== null && at.seq > seen; at = at.before) fresh.push(at);
    if (at !== this.#seen) return false;
    for (let i = fresh.length - 1; i >= 0; i--) this.learn(fresh[i]!, search);
    this.#seen = search.lastFact;
    return true;
  }

  protected abstract learn(fact: Fact, search: SearchState): void;
}
