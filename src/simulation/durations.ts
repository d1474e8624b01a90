import { createRng } from '../model/rng.ts';
import type { Durations } from '../search/hours.ts';
import type { SimulatedVariant } from './simulated-world.ts';

/** Streams of a variant's random numbers that nothing else in a world draws from. */
const [EXPANSIONS, TASKS] = [1_000_003, 2_000_003];

/** Minutes until a variant's expansion number `nth` (from 0) has ended; the same for every policy. */
export function expansionMinutes({ start, expansion, spread }: Durations, { key }: SimulatedVariant, nth: number) {
  return start + expansion * Math.exp(spread * createRng(key, EXPANSIONS + nth).normal());
}

/** Minutes until a job has run a variant on these tasks. */
export function evaluationMinutes(
  { start, task, spread }: Durations,
  { key }: SimulatedVariant,
  tasks: readonly number[],
): number {
  const each = tasks.map((index) => task * Math.exp(spread * createRng(key, TASKS + index).normal()));
  return each.reduce((sum, minutes) => sum + minutes, start);
}
