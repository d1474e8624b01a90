import type { Sign } from '../model/sign.ts';
import { type Outcome, score } from '../model/verdict.ts';
import {
  IN_FLIGHT,
  isGivenUp,
  outcomeCode,
  RESOLVED,
  type RunSettings,
  type Tries,
  UNTRIED,
  type Variant,
} from './archive.ts';

/** What one attempt came to. */
export interface Attempted {
  readonly outcome: Outcome;
  readonly signs?: readonly Sign[];
  readonly score?: number;
}

/** Attempts at each search task by the root, >= 1. */
export function rootRounds({ calibrate, repeats = 1 }: RunSettings): number {
  return calibrate?.attempts ?? repeats;
}

/** Every attempt of a variant at a search task, whether its cell says all of it or not. */
export function triesOf(variant: Variant, task: number): Tries {
  return variant.tries.get(task) ?? fromCell(variant.cells[task]!);
}

/** How many of a variant's attempts at a search task resolved it, of those with an outcome. */
export function resolvedOf(variant: Variant, task: number): Pick<Tries, 'resolved' | 'n'> {
  const { resolved, n } = triesOf(variant, task);
  return { resolved, n };
}

export function isDone(variant: Variant, task: number, round: number): boolean {
  return (triesOf(variant, task).done & (1 << round)) !== 0;
}

export function isInFlight(variant: Variant, task: number, round: number): boolean {
  return (triesOf(variant, task).inFlight & (1 << round)) !== 0;
}

/** Whether a round of a pair may be ordered: no outcome, not in flight, and the pair not given up on. */
export function isOpenIn(variant: Variant, task: number, round: number): boolean {
  return !isDone(variant, task, round) && !isInFlight(variant, task, round) && !isGivenUp(variant, task);
}

/** The round in which a pair that has an outcome may be measured again, up to `most` times in all; null for none, or while it is. */
export function nextRound(variant: Variant, task: number, most: number): number | null {
  const { n, done, inFlight } = triesOf(variant, task);
  if (n === 0 || n >= most || inFlight !== 0 || isGivenUp(variant, task)) return null;
  let round = 0;
  while ((done & (1 << round)) !== 0) round++;
  return round;
}

/** The variant with a round of a pair in flight, or no longer. */
export function withFlight(variant: Variant, task: number, round: number, flies: boolean): Variant {
  const tries = triesOf(variant, task);
  if (isInFlight(variant, task, round) === flies) return variant;
  const next = { ...tries, inFlight: tries.inFlight ^ (1 << round) };
  return { ...keep(variant, task, next), inFlight: variant.inFlight + (flies ? 1 : -1) };
}

/** The variant with the outcome of a round that had none; that round is in flight no longer. The clades are left to the caller. */
export function withOutcome(variant: Variant, task: number, round: number, attempted: Attempted): Variant {
  const tries = triesOf(variant, task);
  const bit = 1 << round;
  const resolved = score(attempted.outcome);
  const next = {
    resolved: tries.resolved + resolved,
    n: tries.n + 1,
    scoreSum: tries.scoreSum + (attempted.score ?? resolved),
    done: tries.done | bit,
    inFlight: tries.inFlight & ~bit,
  };
  const { own } = variant;
  const first = (tries.done & (bit - 1)) === 0;
  return {
    ...keep(variant, task, next, first ? outcomeCode(attempted.outcome, attempted.signs) : undefined),
    own: { resolved: own.resolved + resolved, unresolved: own.unresolved + 1 - resolved },
    inFlight: variant.inFlight - (next.inFlight === tries.inFlight ? 0 : 1),
  };
}

/** Keeps beside the cell only what that does not say. */
function keep(variant: Variant, task: number, next: Tries, outcome?: number): Variant {
  const cells = variant.cells.slice();
  if (outcome !== undefined) cells[task] = outcome;
  else if (next.n === 0) cells[task] = next.inFlight === 0 ? UNTRIED : IN_FLIGHT;
  const told = fromCell(cells[task]!);
  const enough = told.done === next.done && told.inFlight === next.inFlight && told.scoreSum === next.scoreSum;
  if (enough && !variant.tries.has(task)) return { ...variant, cells };
  const tries = new Map(variant.tries);
  if (enough) tries.delete(task);
  else tries.set(task, next);
  return { ...variant, cells, tries };
}

function fromCell(code: number): Tries {
  const n = code >= RESOLVED ? 1 : 0;
  const resolved = code === RESOLVED ? 1 : 0;
  return { resolved, n, scoreSum: resolved, done: n, inFlight: code === IN_FLIGHT ? 1 : 0 };
}
