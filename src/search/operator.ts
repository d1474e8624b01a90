import { hasSign, lineage, RESOLVED, type SearchState, type Variant } from '../archive/archive.ts';
import type { OperatorName } from '../model/operator.ts';
import { type Rng, sample } from '../model/rng.ts';
import type { Sign } from '../model/sign.ts';
import { count } from './policies/reason.ts';

/** How a child is to be made: which operator, on which tasks' trajectories (indices), learning from whom. */
export interface OperatorChoice {
  readonly operator: OperatorName;
  readonly tasks: readonly number[];
  /** Number of the variant hybridization learns from. */
  readonly donor?: number;
  /** Why this one, in a clause. */
  readonly why: string;
}

/**
 * Shares of the operators where each is possible: Mendel Gödel Machine, arXiv 2608.07645; HGM's special entries (arXiv
 * 2510.21614) join. Stochasticity does where a lineage solves a task only sometimes, the other two where a failure shows
 * their sign: HGM's code takes such an entry one time in four, which is a third of the weight that the first three have together.
 */
const SHARES = {
  mutation: 0.1,
  'reaction-norm': 0.45,
  hybridization: 0.45,
  stochasticity: 0.1,
  'empty-patch': 1 / 3,
  'context-overflow': 1 / 3,
} as const;

/** Share of a variant's evaluations that must have ended without a change before `empty-patch` is offered, as in HGM's code. */
const LEAST_EMPTY = 0.1;

/** Trajectories one diagnosis reads at most. */
const MAX_TASKS = 3;

/**
 * Chooses the operator for an expansion of `parent`. Pure in (search, parent, rng).
 *
 * A variant that has failed nothing yet is diagnosed from what the nearest ancestor failed and it has not resolved itself;
 * without such tasks from what it solved; one without any evidence gets `mutation` with no tasks.
 * `empty-patch` and `context-overflow` get tasks that show their sign, of the same variant as the other failures.
 */
export function chooseOperator(search: SearchState, parent: number, rng: Rng): OperatorChoice {
  const variant = search.variants[parent]!;
  const { failed, by } = failures(search, variant);
  const possible: OperatorChoice[] = [];
  const weights: number[] = [];
  const offer = (weight: number, choice: OperatorChoice) => {
    possible.push(choice);
    weights.push(weight);
  };
  const [one, ...more] = sample(failed, rng, MAX_TASKS);
  if (one === undefined) {
    const solved = sample(
      outcomes(variant, (code) => code === RESOLVED),
      rng,
      MAX_TASKS,
    );
    if (solved.length > 1)
      return {
        operator: 'stochasticity',
        tasks: solved,
        why: `learning from what ${variant.id} solved, which has failed nothing yet`,
      };
    return { operator: 'mutation', tasks: [], why: `${variant.id} has no failed task to learn from` };
  }
  const [whose, since] = by === variant ? ['', ''] : [` of ${by.id}`, `, as ${variant.id} has failed nothing yet`];
  offer(SHARES.mutation, {
    operator: 'mutation',
    tasks: [one],
    why: `learning from one failed trajectory${whose}${since}`,
  });
  if (more.length > 0)
    offer(SHARES['reaction-norm'], {
      operator: 'reaction-norm',
      tasks: [one, ...more],
      why: `learning from what ${1 + more.length} failed trajectories${whose} have in common${since}`,
    });
  const donor = by === variant ? chooseDonor(search, variant, failed, rng) : null;
  if (donor)
    offer(SHARES.hybridization, {
      operator: 'hybridization',
      tasks: [donor.task],
      donor: donor.variant,
      why: `learning from v${donor.variant} of another lineage, which solved what ${variant.id} failed`,
    });
  const sometimes = sample(flips(search, variant), rng, MAX_TASKS);
  if (sometimes.length > 1)
    offer(SHARES.stochasticity, {
      operator: 'stochasticity',
      tasks: sometimes,
      why: `learning from ${sometimes.length} tasks on which ${variant.id} and an ancestor differ`,
    });
  const showing = (sign: Sign) => failed.filter((task) => hasSign(by.cells[task]!, sign));
  const empty = showing('empty-patch');
  if (empty.length > 0 && empty.length >= LEAST_EMPTY * (by.own.resolved + by.own.unresolved))
    offer(SHARES['empty-patch'], {
      operator: 'empty-patch',
      tasks: sample(empty, rng, MAX_TASKS),
      why: `learning from ${count(empty.length, 'failed task')}${whose} on which nothing was changed${since}`,
    });
  const overflowed = showing('context-overflow');
  if (overflowed.length > 0)
    offer(SHARES['context-overflow'], {
      operator: 'context-overflow',
      tasks: sample(overflowed, rng, 1),
      why: `learning from one failed task${whose} on which the model's context overflowed${since}`,
    });
  let pick = rng.next() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < possible.length; i++) {
    pick -= weights[i]!;
    if (pick < 0) return possible[i]!;
  }
  return possible.at(-1)!;
}

/** Tasks a variant failed, or the nearest ancestor that failed any which none since has resolved: its trajectories are the evidence. */
function failures(search: SearchState, variant: Variant): { readonly failed: readonly number[]; readonly by: Variant } {
  const resolved = new Set<number>();
  for (const by of lineage(search, variant.number)) {
    const failed = outcomes(by, (code) => code > RESOLVED).filter((task) => !resolved.has(task));
    if (failed.length > 0) return { failed, by };
    for (const task of outcomes(by, (code) => code === RESOLVED)) resolved.add(task);
  }
  return { failed: [], by: variant };
}

/** Indices of the tasks on which a variant has an outcome of this kind. */
function outcomes({ cells }: Variant, kind: (code: number) => boolean): number[] {
  const found: number[] = [];
  for (let task = 0; task < cells.length; task++) if (cells[task]! >= RESOLVED && kind(cells[task]!)) found.push(task);
  return found;
}

/** Tasks a variant and one of its ancestors do not agree on. */
function flips(search: SearchState, variant: Variant): number[] {
  const ancestors = lineage(search, variant.number).slice(1);
  return outcomes(variant, () => true).filter((task) =>
    ancestors.some(({ cells }) => {
      const code = cells[task]!;
      return code >= RESOLVED && (code === RESOLVED) !== (variant.cells[task] === RESOLVED);
    }),
  );
}

/** A random (task, variant) with the task failed by the parent and resolved by a variant of another lineage. */
function chooseDonor(search: SearchState, parent: Variant, failed: readonly number[], rng: Rng) {
  const kin = new Set(lineage(search, parent.number).map(({ number }) => number));
  for (const task of sample(failed, rng)) {
    const donors: number[] = [];
    for (const other of search.variants) {
      if (!other?.active || other.cells[task] !== RESOLVED || kin.has(other.number)) continue;
      if (!descendsFrom(search, other, parent.number)) donors.push(other.number);
    }
    if (donors.length > 0) return { task, variant: donors[rng.below(donors.length)]! };
  }
  return null;
}

function descendsFrom(search: SearchState, variant: Variant, ancestor: number): boolean {
  for (let at: Variant | undefined = variant; at && at.number >= ancestor; at = search.variants[at.parent])
    if (at.number === ancestor) return true;
  return false;
}
