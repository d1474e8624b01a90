import { type Fact, openCount, type SearchState, type Variant } from '../../archive/archive.ts';
import { rankByBeta } from '../belief-beta.ts';
import { FactReader } from '../facts.ts';
import { type PolicyKind, selectionParams } from '../policy.ts';
import { count, plain, ranked } from '../reason.ts';
import { activeVariants, argmax, evaluateAtRandom, exhausted } from './actions.ts';
import { ALPHA, OPENING } from './hgm.ts';

/**
 * The Huxley-Gödel Machine as its code was released (github.com/metauto-ai/HGM, tree.py): a clade query appends to the
 * list of a node with fewer than ten entries, so its own counts grow with every query; others enter with ten entries of
 * their mean; the last node of the subtree is left out; tau is off; the gate leaves the root out; an agent without a
 * success is never expanded, so that a root that solves nothing ends the run. Its failed expansions cost nothing; here
 * they are charged to every policy alike. It computes no final selection: best-belief stands in.
 */
export const hgmReleased: PolicyKind = {
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
        if (view.canExpand && root.children.length < params.opening!) {
          if (succeeded.length === 0) return { type: 'rest', reason: () => plain('no agent has solved anything') };
          return { type: 'expand', parent: 0, reason: () => plain('opening expansion of the root') };
        }
        const room = (search.evaluations + search.evaluating) ** params.alpha!;
        if (view.canExpand && search.live + search.expanding - 1 <= room && succeeded.length > 0) {
          const counts = grown.query(search);
          const draws = succeeded.map(({ number }) =>
            rng.beta(1 + counts[number]!.resolved, 1 + counts[number]!.unresolved),
          );
          const parent = succeeded[argmax(draws)]!;
          return {
            type: 'expand',
            parent: parent.number,
            reason: () => ({
              text: `${parent.id}'s list drew the highest of ${count(draws.length, 'candidate')}`,
              candidates: ranked(succeeded, draws, ({ number }) => counts[number]!),
            }),
          };
        }
        const open = view.batch > 0 ? active.filter((variant) => openCount(variant) > 0) : [];
        if (open.length === 0) return exhausted();
        const draws = open.map(({ number }) => {
          const { resolved, unresolved } = grown.own(number);
          return rng.beta(1 + resolved, 1 + unresolved);
        });
        const variant = open[argmax(draws)]!;
        return evaluateAtRandom(view, variant, rng, () => ({
          text: `${variant.id}'s list drew the highest of ${count(draws.length, 'candidate')} with tasks left`,
          candidates: ranked(open, draws, ({ number }) => grown.own(number)),
        }));
      },
      rank: (view) => rankByBeta(view, params.epsilon!),
    };
  },
};

interface Counts {
  resolved: number;
  unresolved: number;
}

const PSEUDO = 10;

/** The nodes' lists of results as the released code leaves them: what was measured, and what queries appended. */
class Lists extends FactReader {
  readonly #own: Counts[] = [];

  own(number: number): Readonly<Counts> {
    return this.#own[number] ?? { resolved: 0, unresolved: 0 };
  }

  protected override learn(fact: Fact, search: SearchState): void {
    if (fact.kind === 'result') {
      this.#own[fact.variant] ??= { resolved: 0, unresolved: 0 };
      this.#own[fact.variant]![fact.resolved ? 'resolved' : 'unresolved']++;
      return;
    }
    const before = search.variants.slice(0, fact.variant);
    const grown = this.query({ ...search, variants: before });
    for (const variant of before) {
      const own = variant && this.#own[variant.number];
      if (own && own.resolved > 0 && own.resolved + own.unresolved < PSEUDO)
        this.#own[variant.number] = { ...grown[variant.number]! };
    }
  }

  /** What a clade query returns for each node, by number. */
  query(search: SearchState): Counts[] {
    const sums: Counts[] = [];
    const last: number[] = [];
    for (let number = search.variants.length - 1; number >= 0; number--) {
      const own = this.own(number);
      const below = sums[number] ?? { resolved: 0, unresolved: 0 };
      sums[number] = { resolved: below.resolved + own.resolved, unresolved: below.unresolved + own.unresolved };
      last[number] ??= number;
      const parent = (search.variants[number] as Variant | undefined)?.parent ?? -1;
      if (parent < 0 || search.variants[number]?.state !== 'live') continue;
      const up = sums[parent] ?? { resolved: 0, unresolved: 0 };
      up.resolved += below.resolved + own.resolved;
      up.unresolved += below.unresolved + own.unresolved;
      sums[parent] = up;
      last[parent] ??= last[number]!;
    }
    return sums.map((sum, number) => {
      const own = this.own(number);
      const n = own.resolved + own.unresolved;
      const dropped = this.own(last[number]!);
      const base =
        n < PSEUDO ? own : { resolved: (PSEUDO * own.resolved) / n, unresolved: (PSEUDO * own.unresolved) / n };
      return {
        resolved: base.resolved + sum.resolved - dropped.resolved,
        unresolved: base.unresolved + sum.unresolved - dropped.unresolved,
      };
    });
  }
}
