import type { Archive } from '../../archive/archive.ts';
import type { TaskId } from '../../model/ids.ts';
import type { Policy } from '../../search/policies/policy.ts';
import type { Evaluations, TaskFacts } from './document.ts';
import { OUTCOMES } from './document.ts';
import { rounded } from './sample.ts';

/** Variants from which on a correlation says something. */
const LEAST_VARIANTS = 5;

interface Pair {
  readonly variant: number;
  n: number;
  resolved: number;
}

/** What all attempts together say of each task. */
export function taskFacts(
  { settings, search }: Archive,
  policy: Policy,
  tasks: readonly TaskId[],
  { variant, task, outcome, aside }: Evaluations,
): TaskFacts[] {
  const pairs = tasks.map(() => new Map<number, Pair>());
  const sums = { search: new Map<number, Pair>(), heldout: new Map<number, Pair>() };
  const splitOf = (place: number) => (place < settings.tasks.length ? 'search' : 'heldout');
  task.forEach((place, at) => {
    if (aside[at] === 'begun again') return;
    const resolved = OUTCOMES[outcome[at]!] === 'resolved' ? 1 : 0;
    for (const all of [pairs[place]!, sums[splitOf(place)]]) {
      const pair = all.get(variant[at]!) ?? { variant: variant[at]!, n: 0, resolved: 0 };
      pair.n++;
      pair.resolved += resolved;
      all.set(pair.variant, pair);
    }
  });
  const ease = policy.easeOf?.(search);
  return tasks.map((name, place) => {
    const split = splitOf(place);
    const own = [...pairs[place]!.values()];
    const repeated = own.filter(({ n }) => n > 1);
    return {
      task: name,
      split,
      n: own.reduce((sum, { n }) => sum + n, 0),
      resolved: own.reduce((sum, { resolved }) => sum + resolved, 0),
      ease: split === 'search' && ease ? rounded(ease(place), 3) : null,
      telling: telling(own, sums[split]),
      repeated: repeated.length,
      wavered: repeated.filter(({ n, resolved }) => resolved > 0 && resolved < n).length,
    };
  });
}

/** Pearson's correlation of the variants' rates on the task with their rates on all others. */
function telling(own: readonly Pair[], sums: ReadonlyMap<number, Pair>): number | null {
  const points = own.flatMap(({ variant, n, resolved }) => {
    const all = sums.get(variant)!;
    return all.n === n ? [] : [[resolved / n, (all.resolved - resolved) / (all.n - n)] as const];
  });
  if (points.length < LEAST_VARIANTS) return null;
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [a, b] of points) {
    xy += (a - x) * (b - y);
    xx += (a - x) ** 2;
    yy += (b - y) ** 2;
  }
  return xx < 1e-12 || yy < 1e-12 ? null : rounded(xy / Math.sqrt(xx * yy), 3);
}
