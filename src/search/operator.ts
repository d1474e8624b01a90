import { hasSign, lineage, RESOLVED, type SearchState, type Variant } from '../archive/archive.ts';
import type { OperatorName } from '../model/operator.ts';
import { createRng, type Rng, sample, weightedIndex } from '../model/rng.ts';
import type { Sign } from '../model/sign.ts';
import { count } from './policies/reason.ts';
import { chooseByYield, drawnText, type Learning, yieldsBy } from './shares/shares.ts';

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

/** What a diagnosis may be shown. */
type Evidence = Pick<OperatorChoice, 'tasks' | 'donor'>;

interface Operator {
  /** Its share where each operator is possible. */
  readonly share: number;
  /** What it starts from, in a clause. */
  readonly from: string;
  /** Every evidence it can start from, drawn at random as far as it is asked for; none where it is not possible. */
  evidence(occasion: Occasion): Iterable<Evidence>;
  why(occasion: Occasion, evidence: Evidence): string;
}

/** Share of a variant's evaluations that must have ended without a change before `empty-patch` is offered, as in HGM's code. */
const LEAST_EMPTY = 0.1;

/** The rules from which on no order comes twice. */
const NO_ORDER_TWICE = 3;

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
    evidence: ({ failed, drawn }) => sets(failed, drawn, 1),
    why: (occasion) => `learning from one failed trajectory${whose(occasion)}${since(occasion)}`,
  },
  'reaction-norm': {
    share: 0.45,
    from: 'what several attempts have in common',
    evidence: ({ failed, drawn }) => (drawn.length === 1 ? [] : sets(failed, drawn, MAX_TASKS)),
    why: (occasion, { tasks }) =>
      `learning from what ${tasks.length} failed trajectories${whose(occasion)} have in common${since(occasion)}`,
  },
  hybridization: {
    share: 0.45,
    from: 'what another lineage can and it cannot',
    evidence: ({ search, parent, by, failed, rng }) => (by === parent ? donations(search, parent, failed, rng) : []),
    why: ({ parent }, { donor }) => `learning from v${donor} of another lineage, which solved what ${parent.id} failed`,
  },
  stochasticity: {
    share: 0.1,
    from: 'success that depends on luck',
    evidence({ search, parent, rng }) {
      const differ = flips(search, parent);
      const drawn = sample(differ, rng, MAX_TASKS);
      return drawn.length < 2 ? [] : sets(differ, drawn, MAX_TASKS);
    },
    why: ({ parent }, { tasks }) => `learning from ${tasks.length} tasks on which ${parent.id} and an ancestor differ`,
  },
  'empty-patch': {
    share: 1 / 3,
    from: 'attempts that ended without a change',
    evidence(occasion) {
      const empty = showing(occasion, 'empty-patch');
      const { resolved, unresolved } = occasion.by.own;
      if (empty.length === 0 || empty.length < LEAST_EMPTY * (resolved + unresolved)) return [];
      return sets(empty, sample(empty, occasion.rng, MAX_TASKS), MAX_TASKS);
    },
    why: (occasion) =>
      `learning from ${count(showing(occasion, 'empty-patch').length, 'failed task')}${whose(occasion)} on which nothing was changed${since(occasion)}`,
  },
  'context-overflow': {
    share: 1 / 3,
    from: "a conversation that outgrew the model's context",
    evidence(occasion) {
      const overflowed = showing(occasion, 'context-overflow');
      return overflowed.length === 0 ? [] : sets(overflowed, sample(overflowed, occasion.rng, 1), 1);
    },
    why: (occasion) =>
      `learning from one failed task${whose(occasion)} on which the model's context overflowed${since(occasion)}`,
  },
};

/** Every set of at most `size` of the tasks, as large as it can be; those of the drawn ones come first. */
function* sets(all: readonly number[], drawn: readonly number[], size: number): Generator<Evidence> {
  const items = [...drawn, ...all.filter((task) => !drawn.includes(task))];
  const least = Math.min(size, items.length);
  const grow = function* (chosen: readonly number[], from: number): Generator<Evidence> {
    if (chosen.length === least) return yield { tasks: chosen };
    for (let at = from; at < items.length; at++) yield* grow([...chosen, items[at]!], at + 1);
  };
  yield* grow([], 0);
}

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
 * Chooses the operator for an expansion of `parent`, and its evidence. Pure in (search, parent, rng).
 *
 * A variant that has failed nothing yet is diagnosed from what the nearest ancestor failed and it has not resolved itself;
 * without such tasks from what it solved; one without any evidence gets `mutation` with no tasks.
 * `empty-patch` and `context-overflow` get tasks that show their sign, of the same variant as the other failures.
 *
 * By rules from `NO_ORDER_TWICE` on no operator is given a set of tasks that it was given for this parent before, whether that
 * made a child, failed, or is in flight; null when nothing else is left. What was lost to infrastructure may be asked for again.
 *
 * The operator is drawn by its share, or where shares learn from what each has yielded: see `chooseByYield`.
 */
export function chooseOperator(
  search: SearchState,
  parent: number,
  rng: Rng,
  rules: number,
  learning: Learning | null = null,
): OperatorChoice | null {
  const possible = [...choices(search, parent, rng, rules)];
  const shares = possible.map(({ share }) => share);
  if (learning === null || possible.length < 2) return possible[weightedIndex(shares, rng)]?.choice ?? null;
  const yields = yieldsBy(search, learning.worth, ({ operator }) => operator);
  const { index, drawn } = chooseByYield(
    shares,
    possible.map(({ choice }) => yields.get(choice.operator)),
    learning.weight,
    rng,
  );
  const { choice } = possible[index]!;
  const ways = possible.map(({ choice: { operator } }) => operator);
  return { ...choice, why: `${choice.why}; ${drawnText(ways, drawn)}` };
}

/** Whether anything is left that a child of the variant could be made from: see `chooseOperator`. */
export function isExpandable(search: SearchState, number: number, rules: number): boolean {
  if (rules < NO_ORDER_TWICE || search.variants[number]!.children.length === 0) return true;
  return choices(search, number, createRng(0), rules).next().done !== true;
}

/** A choice of each operator that has one. */
function* choices(
  search: SearchState,
  number: number,
  rng: Rng,
  rules: number,
): Generator<{ readonly share: number; readonly choice: OperatorChoice }> {
  const parent = search.variants[number]!;
  const used = rules < NO_ORDER_TWICE ? new Set<string>() : ordersOf(search, parent);
  const unused = (operator: OperatorName, evidence: Iterable<Evidence>): Evidence | undefined => {
    for (const each of evidence) if (!used.has(keyOf(operator, each.tasks))) return each;
    return undefined;
  };
  const { failed, by } = failures(search, parent);
  const [one, ...more] = sample(failed, rng, MAX_TASKS);
  if (one === undefined) {
    const { operator, evidence, why } = withoutFailures(parent, rng);
    const found = unused(operator, evidence);
    if (found) yield { share: 1, choice: { operator, ...found, why } };
    return;
  }
  const occasion: Occasion = { search, parent, by, failed, drawn: [one, ...more], rng };
  for (const [operator, { share, evidence, why }] of Object.entries(OPERATOR_TABLE) as [OperatorName, Operator][]) {
    const found = unused(operator, evidence(occasion));
    if (found) yield { share, choice: { operator, ...found, why: why(occasion, found) } };
  }
}

/** What a variant's expansions were made from, or are being; pull requests that are measured or adopted are its children, too. */
function ordersOf({ variants, taskIndex }: SearchState, { children }: Variant): Set<string> {
  return new Set(
    children.flatMap((number) => {
      const { state, operator, birth } = variants[number]!;
      if (state === 'lost' || operator === null) return [];
      return [
        keyOf(
          operator,
          birth!.tasks.map((task) => taskIndex.get(task)!),
        ),
      ];
    }),
  );
}

function keyOf(operator: OperatorName, tasks: readonly number[]): string {
  return `${operator} ${tasks.toSorted((a, b) => a - b).join(' ')}`;
}

function withoutFailures(
  variant: Variant,
  rng: Rng,
): { readonly operator: OperatorName; readonly evidence: Iterable<Evidence>; readonly why: string } {
  const all = outcomes(variant, (code) => code === RESOLVED);
  const solved = sample(all, rng, MAX_TASKS);
  return solved.length > 1
    ? {
        operator: 'stochasticity',
        evidence: sets(all, solved, MAX_TASKS),
        why: `learning from what ${variant.id} solved, which has failed nothing yet`,
      }
    : { operator: 'mutation', evidence: [{ tasks: [] }], why: `${variant.id} has no failed task to learn from` };
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

/** Tasks failed by the parent, in random order, each with a random variant of another lineage that resolved it. */
function* donations(search: SearchState, parent: Variant, failed: readonly number[], rng: Rng): Generator<Evidence> {
  const kin = new Set(lineage(search, parent.number).map(({ number }) => number));
  for (const task of sample(failed, rng)) {
    const donors: number[] = [];
    for (const other of search.variants) {
      if (!other?.active || other.cells[task] !== RESOLVED || kin.has(other.number)) continue;
      if (!descendsFrom(search, other, parent.number)) donors.push(other.number);
    }
    if (donors.length > 0) yield { tasks: [task], donor: donors[rng.below(donors.length)]! };
  }
}

function descendsFrom(search: SearchState, variant: Variant, ancestor: number): boolean {
  for (let at: Variant | undefined = variant; at && at.number >= ancestor; at = search.variants[at.parent])
    if (at.number === ancestor) return true;
  return false;
}
