import type { OperatorName } from '../model/operator.ts';
import { createRng, type Rng, weightedIndex } from '../model/rng.ts';
import { normalQuantile } from '../search/belief/special.ts';
import { heldOutCount, type Landscape, type LogitLandscape, type SkillLandscape } from './landscape.ts';

/** A variant of a simulated world. */
export interface SimulatedVariant {
  /** Names it in its world: the same child of the same parent is the same for every policy. */
  readonly key: number;
  /** Chance of resolving each task: search tasks first, then held-out ones. */
  readonly chances: Float64Array;
  /** Mean chance over all tasks: its true utility. */
  readonly utility: number;
  readonly traits: Traits;
  /** What was predicted of it, in standard deviations, and the tasks that were named; absent in a world without predictions. */
  readonly predicted?: { readonly foretold: number; readonly named: readonly number[] };
}

interface Traits {
  /** Ability on the logit scale, or skill. */
  readonly level: number;
  readonly drift: number;
  /** Deviation by task; `null` where the landscape has none. */
  readonly shift: Float64Array | null;
  /** Probability that an expansion of it yields nothing. */
  readonly failure: number;
}

export interface SimulatedWorld {
  readonly root: SimulatedVariant;
  /** The parent's child number `nth` (from 0), made by an operator; `null` where that expansion yields nothing. */
  child(parent: SimulatedVariant, nth: number, operator: OperatorName): SimulatedVariant | null;
  /** Whether a simulated variant resolves a task; asked twice of one round, it is the same. */
  resolves(simulated: SimulatedVariant, task: number, round?: number): boolean;
  /** The share of a task's tests that pass in the same attempt, in [0, 1]; `null` where the landscape has no tests. */
  score(simulated: SimulatedVariant, task: number, round?: number): number | null;
}

/** The world of a landscape and a seed. Nothing else shapes it: policies meet the same one. */
export function createWorld(landscape: Landscape, seed: number): SimulatedWorld {
  const nature = landscape.kind === 'logit' ? logitNature(landscape, seed) : skillNature(landscape);
  const own = landscape.kind === 'logit' ? landscape.operators : undefined;
  const simulated = (key: number, traits: Traits): SimulatedVariant => {
    const chances = nature.chances(traits);
    return { key, traits, chances, utility: chances.reduce((a, b) => a + b, 0) / chances.length };
  };
  const root = simulated(hash(seed, 1), nature.root);
  const foretell =
    landscape.predictions &&
    foreteller(landscape.predictions.accuracy, root, (i) =>
      simulated(0, nature.child(root.traits, createRng(hash(seed, i), 7))),
    );
  const luck = hash(seed, 0x5eed);
  /** The luck of an attempt, in [0, 1). */
  const drawn = (key: number, task: number, round: number) => {
    const first = hash(hash(key, luck), task);
    return (round === 0 ? first : hash(first, round)) * 2 ** -32;
  };
  return {
    root,
    child(parent, nth, operator) {
      const key = hash(parent.key, nth + 1);
      const rng = createRng(key, 1);
      const failed = rng.next() < (own?.[operator]?.failure ?? parent.traits.failure);
      if (failed) return null;
      const { level, ...drawn } = nature.child(parent.traits, rng);
      const traits = { ...drawn, level: level + (own?.[operator]?.gain ?? 0) };
      const child = simulated(key, traits);
      if (foretell === undefined) return child;
      const foretold = foretell(child.utility - parent.utility, createRng(key, 5));
      const named = hardest(parent.chances.subarray(0, landscape.tasks), createRng(key, 6));
      const shift = Float64Array.from(
        child.chances,
        (_, task) => (traits.shift?.[task] ?? 0) + (named.includes(task) ? landscape.predictions!.named : 0),
      );
      return { ...simulated(key, { ...traits, shift }), predicted: { named, foretold } };
    },
    resolves: ({ key, chances }, task, round = 0) => drawn(key, task, round) < chances[task]!,
    score({ key, traits }, task, round = 0) {
      const rng = createRng(hash(hash(key, round), task), 4);
      return nature.score?.(traits, task, drawn(key, task, round), rng) ?? null;
    },
  };
}

/** How much is predicted of a child with this gain: normal scores of its place among children of the root, with noise. */
function foreteller(accuracy: number, root: SimulatedVariant, childOf: (i: number) => SimulatedVariant) {
  const correlation = Math.sin(Math.PI * (accuracy - 0.5));
  const gains = Array.from({ length: 200 }, (_, i) => childOf(i).utility - root.utility);
  return (gain: number, rng: Rng) => {
    const place = (gains.filter((other) => other < gain).length + 0.5) / (gains.length + 1);
    return correlation * normalQuantile(place) + Math.sqrt(1 - correlation ** 2) * rng.normal();
  };
}

/** Three tasks that are most likely failed, with chance. */
function hardest(chances: Float64Array, rng: Rng): number[] {
  return [...chances.keys()]
    .map((task) => ({ task, failed: rng.next() < 1 - chances[task]! ? 1 + rng.next() : rng.next() }))
    .sort((a, b) => b.failed - a.failed)
    .slice(0, 3)
    .map(({ task }) => task);
}

interface Nature {
  readonly root: Traits;
  child(parent: Traits, rng: Rng): Traits;
  chances(traits: Traits): Float64Array;
  /** The share of tests that pass in an attempt of this luck, a uniform draw from [0, 1); the hardest passes where the task is resolved. */
  readonly score?: (traits: Traits, task: number, luck: number, rng: Rng) => number;
}

function logitNature(landscape: LogitLandscape, seed: number): Nature {
  const total = landscape.tasks + heldOutCount(landscape);
  const rng = createRng(seed, 2);
  const difficulty = new Float64Array(total);
  const discrimination = new Float64Array(total);
  for (let task = 0; task < total; task++) {
    difficulty[task] = landscape.difficulty.mean + landscape.difficulty.sd * rng.normal();
    discrimination[task] = Math.exp(landscape.discrimination.logSd * rng.normal());
  }
  const { slip, mutations, taskShift, failure, tests } = landscape;
  const chance = ({ level, shift }: Traits, task: number, easier = 0) => {
    const logit = discrimination[task]! * (level + (shift?.[task] ?? 0) + easier - difficulty[task]!);
    return slip + (1 - 2 * slip) / (1 + Math.exp(-logit));
  };
  const weights = mutations.map(({ weight }) => weight);
  return {
    root: { level: landscape.root.ability, drift: landscape.root.drift, shift: null, failure },
    child(parent, rng) {
      const drift = parent.drift + landscape.drift.sd * rng.normal();
      const mutation = mutations[weightedIndex(weights, rng)]!;
      const level = parent.level + mutation.mean + mutation.drift * drift + mutation.sd * rng.normal();
      const traits = { level, drift, failure: mutation.failure ?? failure };
      if (taskShift.sd === 0) return { ...traits, shift: null };
      const shift = new Float64Array(total);
      for (let task = 0; task < total; task++)
        shift[task] = taskShift.inherit * (parent.shift?.[task] ?? 0) + taskShift.sd * rng.normal();
      return { ...traits, shift };
    },
    chances: (traits) => Float64Array.from({ length: total }, (_, task) => chance(traits, task)),
    ...(tests && {
      score(traits, task, luck, rng) {
        const { count, spread, noise } = tests;
        const own = createRng(hash(seed, task), 3);
        let passed = luck < chance(traits, task) ? 1 : 0;
        for (let test = 1; test < count; test++) {
          const easier = Math.abs(spread * own.normal() + noise * rng.normal());
          if (luck < chance(traits, task, easier)) passed++;
        }
        return passed / count;
      },
    }),
  };
}

function skillNature(landscape: SkillLandscape): Nature {
  const total = landscape.tasks + heldOutCount(landscape);
  const { failure } = landscape;
  return {
    root: { level: landscape.root.skill, drift: landscape.root.drift, shift: null, failure },
    child(parent, rng) {
      const drift = parent.drift + landscape.drift.sd * rng.normal();
      const level = Math.min(1, Math.max(0, parent.level + drift + landscape.noise.sd * rng.normal()));
      return { level, drift, shift: null, failure };
    },
    chances: ({ level }) => new Float64Array(total).fill(level),
  };
}

/** Two numbers mixed into an unsigned 32-bit one (MurmurHash3's rounds). */
function hash(a: number, b: number): number {
  let h = Math.imul((a ^ 0x9747b28c) | 0, 0xcc9e2d51);
  h = (h << 15) | (h >>> 17);
  h = Math.imul(h, 0x1b873593) ^ Math.imul(b | 0, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
