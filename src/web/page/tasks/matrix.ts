import { OUTCOMES, type TaskFacts } from '../../document/document.ts';
import { type Run, scoreAt } from '../parts/run.ts';
import { sortedBy } from '../parts/sort.ts';

/** Every pair of a variant and a task: what its attempts came to. By place of the task times variants, plus place of the variant. */
export interface Matrix {
  readonly tasks: number;
  readonly variants: number;
  /** Attempts with an outcome, at most 255. */
  readonly n: Uint8Array;
  /** Mean score, in [0, 1]. */
  readonly score: Float32Array;
  /** The worst that happened: 0 nothing, 1 timeout or invalid, 2 tampered. */
  readonly trouble: Uint8Array;
}

const TROUBLE = OUTCOMES.map((outcome) =>
  outcome === 'tampered' ? 2 : outcome === 'timeout' || outcome === 'invalid' ? 1 : 0,
);

export function matrixOf({ document }: Run): Matrix {
  const { tasks, variants, evaluations } = document;
  const size = tasks.length * variants.length;
  const [n, score, trouble] = [new Uint8Array(size), new Float32Array(size), new Uint8Array(size)];
  const places = new Map(variants.map(({ number }, place) => [number, place]));
  evaluations.variant.forEach((number, place) => {
    if (evaluations.aside[place] === 'begun again') return;
    const at = evaluations.task[place]! * variants.length + places.get(number)!;
    if (n[at]! < 255) {
      score[at] = (score[at]! * n[at]! + scoreAt(document, place)) / (n[at]! + 1);
      n[at]!++;
    }
    trouble[at] = Math.max(trouble[at]!, TROUBLE[evaluations.outcome[place]!]!);
  });
  return { tasks: tasks.length, variants: variants.length, n, score, trouble };
}

export const TASK_ORDERS = ['hardest', 'most telling', 'flakiest', 'name'] as const;
export const VARIANT_ORDERS = ['lineage', 'number', 'rate'] as const;
export type TaskOrder = (typeof TASK_ORDERS)[number];
export type VariantOrder = (typeof VARIANT_ORDERS)[number];

/** Share of attempts that ended otherwise than the first of their pair, roughly: pairs that wavered of those repeated; null without any. */
export function flakiness({ repeated, wavered }: TaskFacts): number | null {
  return repeated === 0 ? null : wavered / repeated;
}

/** Share of attempts that resolved it; null without any. */
export function easiness({ n, resolved }: TaskFacts): number | null {
  return n === 0 ? null : resolved / n;
}

/** Places of the tasks. */
export function orderTasks(tasks: readonly TaskFacts[], order: TaskOrder): readonly number[] {
  const places = tasks.keys().toArray();
  switch (order) {
    case 'hardest':
      return sortedBy(places, (place) => easiness(tasks[place]!));
    case 'most telling':
      return sortedBy(places, (place) => tasks[place]!.telling, true);
    case 'flakiest':
      return sortedBy(places, (place) => flakiness(tasks[place]!), true);
    case 'name':
      return sortedBy(places, (place) => tasks[place]!.task);
  }
}

/** Places of the variants that were measured. */
export function orderVariants(run: Run, order: VariantOrder): readonly number[] {
  const { variants } = run.document;
  const places = variants.keys().toArray();
  const measured = (place: number) => run.evaluations(variants[place]!.number).length > 0;
  switch (order) {
    case 'number':
      return places.filter(measured);
    case 'rate':
      return sortedBy(places.filter(measured), (place) => variants[place]!.own.resolved / variants[place]!.own.n, true);
    case 'lineage': {
      const placeOf = new Map(variants.map(({ number }, place) => [number, place]));
      const walked: number[] = [];
      const left = variants.filter(({ from }) => from === null).toReversed();
      for (let next = left.pop(); next; next = left.pop()) {
        walked.push(placeOf.get(next.number)!);
        left.push(...run.children(next.number).toReversed());
      }
      return walked.filter(measured);
    }
  }
}
