import { hasSign, lineage, RESOLVED, type SearchState, type Variant } from '../archive/archive.ts';
import type { OperatorName } from '../model/operator.ts';
import { type Rng, sample, weightedIndex } from '../model/rng.ts';
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

/** What operators choose from: a parent with failures to learn from, its own or an ancestor's. */
interface Occasion {
  readonly search: SearchState;
  readonly parent: Variant;
  /** Whose failures they are. */
  readonly by: Variant;
  readonly failed: readonly number[];
  /** Some of them, drawn at random: at least one, at most MAX_TASKS. */
  readonly drawn: readonly [number, ...number[]];
  readonly rng: Rng;
}

interface Operator {
  /** Its share where each operator is possible. */
  readonly share: number;
  /** What it starts from, in a clause. */
  readonly from: string;
  /** Its choice, or null where it is not possible. */
  choose(occasion: Occasion): Omit<OperatorChoice, 'operator'> | null;
}

/** Share of a variant's evaluations that must have ended without a change before `empty-patch` is offered, as in HGM's code. */
const LEAST_EMPTY = 0.1;

/** Trajectories one diagnosis reads at most. */
const MAX_TASKS = 3;

/**
 * Every operator, in the order in which they draw. Shares: Mendel Gödel Machine, arXiv 2608.07645; HGM's special entries (arXiv
 * 2510.21614) join. Stochasticity does where a lineage solves a task only sometimes, the other two where a failure shows
 * their sign: HGM's code takes such an entry one time in four, which is a third of the weight that the first three have together.
 * The prompts are in `src/operator/prompt`.
 */
export const OPERATOR_TABLE: Readonly<Record<OperatorName, Operator>> = {
  mutation: {
    share: 0.1,
    from: 'one failed attempt looked at closely',
    choose: (occasion) => ({
      tasks: [occasion.drawn[0]],
      why: `learning from one failed trajectory${whose(occasion)}${since(occasion)}`,
    }),
  },
  'reaction-norm': {
    share: 0.45,
    from: 'what several attempts have in common',
    choose: (occasion) =>
      occasion.drawn.length === 1
        ? null
        : {
            tasks: occasion.drawn,
            why: `learning from what ${occasion.drawn.length} failed trajectories${whose(occasion)} have in common${since(occasion)}`,
          },
  },
  hybridization: {
    share: 0.45,
    from: 'what another lineage can and it cannot',
    choose({ search, parent, by, failed, rng }) {
      const donor = by === parent ? chooseDonor(search, parent, failed, rng) : null;
      return (
        donor && {
          tasks: [donor.task],
          donor: donor.variant,
          why: `learning from v${donor.variant} of another lineage, which solved what ${parent.id} failed`,
        }
      );
    },
  },
  stochasticity: {
    share: 0.1,
    from: 'success that depends on luck',
    choose({ search, parent, rng }) {
      const tasks = sample(flips(search, parent), rng, MAX_TASKS);
      if (tasks.length < 2) return null;
      return { tasks, why: `learning from ${tasks.length} tasks on which ${parent.id} and an ancestor differ` };
    },
  },
  'empty-patch': {
    share: 1 / 3,
    from: 'attempts that ended without a change',
    choose(occasion) {
      const empty = showing(occasion, 'empty-patch');
      const { resolved, unresolved } = occasion.by.own;
      if (empty.length === 0 || empty.length < LEAST_EMPTY * (resolved + unresolved)) return null;
      return {
        tasks: sample(empty, occasion.rng, MAX_TASKS),
        why: `learning from ${count(empty.length, 'failed task')}${whose(occasion)} on which nothing was changed${since(occasion)}`,
      };
    },
  },
  'context-overflow': {
    share: 1 / 3,
    from: "a conversation that outgrew the model's context",
    choose(occasion) {
      const overflowed = showing(occasion, 'context-overflow');
      if (overflowed.length === 0) return null;
      return {
        tasks: sample(overflowed, occasion.rng, 1),
        why: `learning from one failed task${whose(occasion)} on which the model's context overflowed${since(occasion)}`,
      };
    },
  },
};

function whose({ by, parent }: Occasion): string {
  return by === parent ? '' : ` of ${by.id}`;
}

function since({ by, parent }: Occasion): string {
  return by === parent ? '' : `, as ${parent.id} has failed nothing yet`;
}

function showing({ failed, by }: Occasion, sign: Sign): number[] {
  return failed.filter((task) => hasSign(by.cells[task]!, sign));
}

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
  const [one, ...more] = sample(failed, rng, MAX_TASKS);
  if (one === undefined) return withoutFailures(variant, rng);
  const occasion: Occasion = { search, parent: variant, by, failed, drawn: [one, ...more], rng };
  const possible = (Object.entries(OPERATOR_TABLE) as [OperatorName, Operator][]).flatMap(
    ([operator, { share, choose }]) => {
      const choice = choose(occasion);
      return choice === null ? [] : [{ share, choice: { operator, ...choice } }];
    },
  );
  const shares = possible.map(({ share }) => share);
  return possible[weightedIndex(shares, rng)]!.choice;
}

function withoutFailures(variant: Variant, rng: Rng): OperatorChoice {
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
