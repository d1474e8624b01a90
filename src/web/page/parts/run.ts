import { OUTCOMES, type RunDocument, type VariantFacts } from '../../document/document.ts';

/** A document with what is asked of it often, worked out once. */
export interface Run {
  readonly document: RunDocument;
  readonly variant: (number: number) => VariantFacts | undefined;
  readonly children: (number: number) => readonly VariantFacts[];
  /** Places of a variant's evaluations, in order of time. */
  readonly evaluations: (number: number) => readonly number[];
  readonly taskPlace: (task: string) => number | undefined;
  /** Mean cost of an attempt with a result of each variant in US dollars, by number; absent without one. */
  readonly attemptUSD: ReadonlyMap<number, number>;
  /** The variant whose line is marked, and why; null where none is. */
  readonly line: { readonly variant: VariantFacts; readonly as: 'merged' | 'offered' | 'best' } | null;
}

const NONE: readonly never[] = [];

export function runOf(document: RunDocument): Run {
  const variants = new Map(document.variants.map((variant) => [variant.number, variant]));
  const children = Map.groupBy(document.variants, ({ from }) => from);
  const evaluations = new Map<number, number[]>();
  const costs = new Map<number, { usd: number; n: number }>();
  document.evaluations.variant.forEach((number, place) => {
    const places = evaluations.get(number);
    if (places) places.push(place);
    else evaluations.set(number, [place]);
    if (document.evaluations.aside[place] === 'no result') return;
    const { usd, n } = costs.get(number) ?? { usd: 0, n: 0 };
    costs.set(number, { usd: usd + document.evaluations.costUSD[place]!, n: n + 1 });
  });
  const tasks = new Map(document.tasks.map(({ task }, place) => [task as string, place]));
  const as = (['merged', 'offered', 'best'] as const).find((state) =>
    document.variants.some((variant) => variant.state === state),
  );
  const marked = as && document.variants.find((variant) => variant.state === as);
  return {
    document,
    variant: (number) => variants.get(number),
    children: (number) => children.get(number) ?? NONE,
    evaluations: (number) => evaluations.get(number) ?? NONE,
    taskPlace: (task) => tasks.get(task),
    attemptUSD: new Map([...costs].map(([number, { usd, n }]) => [number, usd / n])),
    line: as && marked ? { variant: marked, as } : null,
  };
}

/** A variant and its ancestors, the root last. */
export function ancestry(run: Run, number: number): readonly VariantFacts[] {
  const line: VariantFacts[] = [];
  const seen = new Set<number>();
  for (
    let at = run.variant(number);
    at && !seen.has(at.number);
    at = at.from === null ? undefined : run.variant(at.from)
  ) {
    seen.add(at.number);
    line.push(at);
  }
  return line;
}

/** How well an attempt did, in [0, 1]. */
export function scoreAt({ evaluations }: RunDocument, place: number): number {
  return evaluations.score[place] ?? (OUTCOMES[evaluations.outcome[place]!] === 'resolved' ? 1 : 0);
}

/** It never came to be an agent that could be measured. */
export function isFailed({ state }: VariantFacts): boolean {
  return state === 'could not be made' || state === 'did not pass its own check';
}

/** What a variant is about, in its own words; untrusted. */
export function titleOf(variant: VariantFacts): string {
  return variant.title ?? (variant.from === null ? 'The agent as it was' : variant.summary);
}
