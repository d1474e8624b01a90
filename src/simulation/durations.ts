import { createRng } from '../model/rng.ts';
import type { SimulatedVariant } from './simulated-world.ts';

/** How long jobs take, in minutes. */
export interface Durations {
  /** Until a job begins with its work: a runner, the checkout, the image. */
  readonly start: number;
  /** Medians of an expansion, and of an agent's work on one task with its grading. A job runs its tasks one after another. */
  readonly expansion: number;
  readonly task: number;
  /** Standard deviation of the logarithm of both. */
  readonly spread: number;
}

/** Assumed, not measured: an agent takes minutes for a task, and somewhat longer to change itself. */
export const DURATIONS: Durations = { start: 1, expansion: 10, task: 5, spread: 0.5 };

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
