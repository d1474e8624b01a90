import type { Archive } from '../../archive/archive.ts';
import type { Look } from '../../archive/held-out.ts';
import type { GateVerdict } from '../../model/gate/verdict.ts';
import { ROOT, type TaskId } from '../../model/ids.ts';
import { allowance } from '../../search/gate/ledger.ts';
import { type Judged, judgeRounds, lookAfter, seeRounds, stopsFor } from '../../search/gate/rounds.ts';

export interface TwinVerdict extends GateVerdict {
  /** Share of calibrations, at most, in which the twin passes at whatever look; in [0, 1]. */
  readonly level: number;
}

/**
 * What the merge gate says of the root's identical twin: even rounds of the root's held-out results are the root's, odd ones the
 * twin's, judged by the run's own rules at the level that a first comparison gets. Only pairs of rounds that were ordered
 * whole count; `null` where there are none, or no task but those left out.
 */
export function judgeTwin(archive: Archive, leftOut: readonly TaskId[]): TwinVerdict | null {
  const { settings, heldOut, heldOutOrders } = archive;
  const { gate: rules, repeats = 1 } = settings;
  const tasks = settings.heldOut.length;
  const size = 2 * (tasks - leftOut.length);
  const whole = (heldOutOrders.tasks.get(ROOT) ?? []).filter(({ size: ordered }) => ordered === tasks).length;
  const pairs = Math.floor(whole / 2);
  if (rules === undefined || pairs === 0 || size === 0) return null;
  const own = heldOut.get(ROOT) ?? [];
  const [root, twin] = [0, 1].map((side) => own.filter((_, round) => round % 2 === side));
  const allowed = allowance([], settings.suite.name, settings.heldOut, 1 - settings.confidence, rules.promise);
  const evaluations = Math.min(rules.evaluations, pairs * size);
  const grants = [{ after: 0, evaluations, ...allowed }];
  const outside = new Set(leftOut.map((task) => settings.heldOut.indexOf(task)));
  const looks: Look[] = [];
  for (let rounds = 1; ; rounds++) {
    const judged: Judged = {
      comparison: { grants, looks, leftOut },
      rules,
      seen: seeRounds(root!, twin!, tasks, outside, rounds, rules.metric),
      progress: { grants, done: rounds * size, round: size },
      barred: false,
    };
    looks.push(lookAfter(judged, repeats));
    const stopped = stopsFor(judged);
    if (stopped !== null) return { ...judgeRounds(judged, stopped), level: allowed.level };
  }
}
