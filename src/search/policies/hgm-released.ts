import { type Fact, openCount, type SearchState } from '../../archive/archive.ts';
import { FactReader } from '../belief/facts.ts';
import { activeVariants, argmax, evaluateAtRandom, exhausted, expansionsOf } from './actions.ts';
import { rankByBeta } from './belief-beta.ts';
import { ALPHA, OPENING } from './hgm.ts';
import { type PolicyKind, policyKind, selectionParams } from './policy.ts';
import { count, ranked, reasonOf } from './reason.ts';

/**
 * The Huxley-Gödel Machine as its code was released (github.com/metauto-ai/HGM, tree.py): a clade query appends to the
 * list of a node with fewer than ten entries, so its own counts grow with every query; others enter with ten entries of
 * their mean; the last node of the subtree is left out; tau is off; the gate leaves the root out; an agent without a
 * success is never expanded, so that a root that solves nothing ends the run. Its failed expansions cost nothing; here
 * they are charged to every policy alike. It computes no final selection: best-belief stands in.
 */
export const hgmReleased: PolicyKind = policyKind({
  name: 'hgm-released',
  summary: 'the Huxley-Gödel Machine as its released code behaves, for comparison',
  params: [ALPHA, OPENING, ...selectionParams(0, 0)],
  create(params) {
    let lists: Lists | undefined;
    const read = (search: SearchState) => {
      if (!lists?.follow(search)) {
        lists = new Lists();
        lists.follow(search);
      }
      return lists;
    };
    return {
      spec: { name: hgmReleased.name, params },
      propose(view, rng) {
        const { search } = view;
        const grown = read(search);
        const root = search.variants[0]!;
        const active = activeVariants(view);
        const succeeded = active.filter(({ number }) => grown.own(number).resolved > 0);
        if (view.canExpand && expansionsOf(view, root).all < params.opening && view.expandable(0)) {
          if (succeeded.length === 0) return { type: 'rest', reason: () => reasonOf('no agent has solved anything') };
          return { type: 'expand', parent: 0, reason: () => reasonOf('opening expansion of the root') };
        }
        const room = (search.evaluations + search.evaluating) ** params.alpha;
        const pool =
          view.canExpand && search.live + search.expanding - 1 <= room
            ? succeeded.filter(({ number }) => view.expandable(number))
            : [];
        if (pool.length > 0) {
          const counts = grown.query();
          const draws = pool.map(({ number }) =>
            rng.beta(1 + counts[number]!.resolved, 1 + counts[number]!.unresolved),
          );
          const parent = pool[argmax(draws)]!;
          return {
            type: 'expand',
            parent: parent.number,
            reason: () => ({
              text: `${parent.id}'s list drew the highest of ${count(draws.length, 'candidate')}`,
              candidates: ranked(pool, draws, ({ number }) => counts[number]!),
            }),
          };
        }
        const open = view.batch > 0 ? active.filter((variant) => openCount(variant) > 0) : [];
        if (open.length === 0) return exhausted(view);
        const counts = new Map(open.map(({ number }) => [number, { ...grown.own(number) }]));
        const draws = open.map(({ number }) => {
          const { resolved, unresolved } = counts.get(number)!;
          return rng.beta(1 + resolved, 1 + unresolved);
        });
        const variant = open[argmax(draws)]!;
        return evaluateAtRandom(view, variant, rng, () => ({
          text: `${variant.id}'s list drew the highest of ${count(draws.length, 'candidate')} with tasks left`,
          candidates: ranked(open, draws, ({ number }) => counts.get(number)!),
        }));
      },
      rank: (view) => rankByBeta(view, params.epsilon),
    };
  },
});

interface Counts {
  resolved: number;
  unresolved: number;
}

const PSEUDO = 10;

/** The nodes' lists of results as the released code leaves them: what was measured, and what queries appended. */
class Lists extends FactReader {
  readonly #own: Counts[] = [{ resolved: 0, unresolved: 0 }];
  /** Parents of the variants made, by number. */
  readonly #parents: (number | undefined)[] = [-1];

  own(number: number): Readonly<Counts> {
    return this.#own[number]!;
  }

  protected override learn(fact: Fact, search: SearchState): void {
    if (fact.kind === 'result') {
      this.#own[fact.variant]![fact.resolved ? 'resolved' : 'unresolved']++;
      return;
    }
    const grown = this.query();
    this.#own.forEach((own, number) => {
      if (own.resolved > 0 && own.resolved + own.unresolved < PSEUDO) this.#own[number] = { ...grown[number]! };
    });
    if (fact.kind === 'failed') return;
    this.#own[fact.variant] = { resolved: 0, unresolved: 0 };
    this.#parents[fact.variant] = search.variants[fact.variant]!.parent;
  }

  /** What a clade query returns for each node, by number. */
  query(): Counts[] {
    const sums = this.#own.map((own) => ({ ...own }));
    const last: number[] = [];
    for (let number = this.#parents.length - 1; number >= 0; number--) {
      const parent = this.#parents[number];
      if (parent === undefined) continue;
      const tail = last[number] ?? number;
      last[number] = tail;
      if (parent < 0) continue;
      sums[parent]!.resolved += sums[number]!.resolved;
      sums[parent]!.unresolved += sums[number]!.unresolved;
      last[parent] ??= tail;
    }
    return this.#own.map((own, number) => {
      const n = own.resolved + own.unresolved;
      const scale = n < PSEUDO ? 1 : PSEUDO / n;
      const dropped = this.#own[last[number]!]!;
      return {
        resolved: scale * own.resolved + sums[number]!.resolved - dropped.resolved,
        unresolved: scale * own.unresolved + sums[number]!.unresolved - dropped.unresolved,
      };
    });
  }
}
