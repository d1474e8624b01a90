import { reduceEntries } from '../../archive/reduce.ts';
import {
  type Calibration,
  type CalibrationAttempt,
  calibrate,
  type NoiseFloor,
  type TaskCalibration,
  withoutGraderFlaky,
} from '../../calibration/calibrate.ts';
import type { ArchiveEventOf, Calibrate, JournalEntry } from '../../model/event.ts';
import { ROOT, type TaskId } from '../../model/ids.ts';
import { judgeTwin, type TwinVerdict } from './twin.ts';

/** What the journal of a calibration tells. */
export interface CalibrationReport extends Calibrate {
  readonly searchTasks: number;
  readonly heldOutTasks: number;
  /** Attempts that have a result, of those there were to be. */
  readonly measured: number;
  readonly planned: number;
  /** Why it ended before its time; `null` where it did not. Untrusted text. */
  readonly stopped: string | null;
  /** `null` where no attempt has a result. */
  readonly calibration: Calibration | null;
  /** The noise without the tasks that are flaky in the grader; `null` where it is that of all tasks, or not known. */
  readonly withoutFlaky: NoiseFloor | null;
  /** Attempts differ, the grader does not; held-out tasks are sealed, so they are only counted. */
  readonly agentFlaky: { readonly search: readonly TaskId[]; readonly heldOut: number };
  /** The same files were graded differently. */
  readonly graderFlaky: { readonly search: readonly TaskId[]; readonly heldOut: readonly TaskId[] };
  /** What the gate says of the root's identical twin: see `judgeTwin`. */
  readonly twin: TwinVerdict | null;
}

/** The report on a calibration, complete or not, from its journal alone. */
export function reportOn(entries: readonly JournalEntry[]): CalibrationReport {
  const archive = reduceEntries(null, entries)!;
  const { settings } = archive;
  const attempts = attemptsIn(entries);
  const calibration = attempts.length === 0 ? null : calibrate(attempts);
  const heldOut = new Set(settings.heldOut);
  const named = (flaky: (task: TaskCalibration) => boolean) => {
    const names = (calibration?.tasks ?? []).filter(flaky).map(({ task }) => task);
    const sealed = names.filter((task) => heldOut.has(task));
    return { search: names.filter((task) => !heldOut.has(task)), heldOut: sealed };
  };
  const graderFlaky = named((task) => task.graderFlaky);
  const agentFlaky = named((task) => task.agentFlaky && !task.graderFlaky);
  const stopping = entries.findLast(({ event }) => event.type === 'run.stopping')?.event;
  const tasks = settings.tasks.length + settings.heldOut.length;
  return {
    ...settings.calibrate!,
    searchTasks: settings.tasks.length,
    heldOutTasks: settings.heldOut.length,
    measured: attempts.length,
    planned: settings.calibrate!.attempts * tasks,
    stopped: stopping?.type === 'run.stopping' ? `stopped by ${stopping.by}: ${stopping.reason}` : null,
    calibration,
    withoutFlaky: calibration && withoutGraderFlaky(attempts, calibration).noise,
    agentFlaky: { search: agentFlaky.search, heldOut: agentFlaky.heldOut.length },
    graderFlaky,
    twin: judgeTwin(archive, graderFlaky.heldOut),
  };
}

/** The root's attempts, each once, however often the journal tells of it. */
function attemptsIn(entries: readonly JournalEntry[]): CalibrationAttempt[] {
  const found = new Map<string, ArchiveEventOf<'evaluation.done'>>();
  for (const { event } of entries) {
    if (event.type !== 'evaluation.done' || event.variant !== ROOT) continue;
    const key = `${event.round ?? 0} ${event.task}`;
    if (!found.has(key)) found.set(key, event);
  }
  return [...found.values()].map(({ task, outcome, wavers }) => ({
    task,
    verdicts: wavers ? [outcome, outcome === 'resolved' ? 'unresolved' : 'resolved'] : [outcome],
  }));
}
