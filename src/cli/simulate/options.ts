import { InvalidArgumentError } from 'commander';
import type { Prefer } from '../../model/event.ts';
import { DURATIONS, type Durations } from '../../search/hours.ts';
import type { Jobs } from '../../simulation/study.ts';

export interface SimulateOptions {
  readonly landscape?: string[];
  readonly policy: string[];
  readonly budget: number[];
  readonly seeds: number;
  readonly firstSeed: number;
  /** Without a number of tasks: `batch`. */
  readonly concurrency: (Pick<Jobs, 'concurrency'> & Partial<Jobs>)[];
  readonly prefer: Prefer;
  readonly batch: number;
  readonly minutes: Durations;
  readonly expansionCost: number;
  readonly confidence: number;
  readonly against?: string;
  readonly threads: number;
  readonly json?: boolean;
  readonly svg?: string;
  readonly advise?: boolean;
  readonly tasks: number;
  readonly rootScore: number;
  readonly price: number;
}

/** What a real run does by default, and the search alone. */
export const JOBS: readonly Jobs[] = [
  { concurrency: 8, batch: 4 },
  { concurrency: 1, batch: 1 },
];

export function list(value: string): string[] {
  const items = value.split(',').map((item) => item.trim());
  if (items.some((item) => item === '')) throw new InvalidArgumentError('an empty name between commas.');
  return items;
}

export function numbers(value: string): number[] {
  return value.split(',').map(whole);
}

export function whole(value: string): number {
  if (!/^\d{1,9}$/.test(value.trim())) throw new InvalidArgumentError('a whole number, 0 or more.');
  return Number(value);
}

export function number(value: string): number {
  const parsed = Number(value);
  if (value.trim() === '' || !(parsed >= 0)) throw new InvalidArgumentError('a number, 0 or more.');
  return parsed;
}

/** `8x4,1`: eight jobs of up to four tasks, and one job of as many as `--batch` says. */
export function jobsList(value: string): SimulateOptions['concurrency'] {
  return value.split(',').map((item) => {
    const [, concurrency, batch] = /^\s*(\d{1,4})(?:x(\d{1,4}))?\s*$/.exec(item) ?? [];
    if (!Number(concurrency) || batch === '0')
      throw new InvalidArgumentError('jobs at once, or jobs x tasks in a job, both from 1, e.g. 8x4,1x1.');
    return { concurrency: Number(concurrency), ...(batch === undefined ? {} : { batch: Number(batch) }) };
  });
}

/** `task=20,spread=1`: what is not named keeps its default. */
export function minutes(value: string): Durations {
  const given: Record<string, number> = {};
  for (const item of list(value)) {
    const [name = '', amount = ''] = item.split('=');
    if (!Object.hasOwn(DURATIONS, name))
      throw new InvalidArgumentError(`name=minutes with a name of ${Object.keys(DURATIONS).join(', ')}.`);
    given[name] = number(amount);
  }
  return { ...DURATIONS, ...given };
}
