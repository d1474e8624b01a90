import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskRecord } from '../../benchmark/bench/record.ts';
import { holding } from '../../benchmark/bench/run-bench.ts';
import { type CalibrationAttempt, calibrate, LEVEL, withoutGraderFlaky } from '../../calibration/calibrate.ts';
import { identicalPasses } from '../../calibration/identical.ts';
import { isOutcome } from '../../model/verdict.ts';
import { count } from '../../report/text/figures.ts';
import { openSandbox } from '../../sandbox/setup/open.ts';
import { judgeGate } from '../../search/gate/gate.ts';
import { terminalSetup } from '../terminal/set-up.ts';
import { type CalibrationReport, calibrationText } from './calibration-text.ts';
import type { CalibrateOptions } from './options.ts';
import { defaultFolder, runSession, titleOf } from './session.ts';
import { openSolver } from './solver.ts';
import { abortOnInterrupt, openTasks } from './tasks.ts';

/** `huxley bench calibrate`: a bench session for each attempt, in a folder of its own, and what they say of the measurement. */
export async function calibrateSuite(options: CalibrateOptions): Promise<void> {
  const { attempts, gradings } = options;
  const signal = abortOnInterrupt();
  using open = await openSandbox(terminalSetup(options.install, signal));
  const { suite, tasks } = await openTasks(options.suite, open, options);
  await using solver = await openSolver(options, suite, open, signal, gradings);
  const session = { ...solver.session, gradings };
  const title = titleOf(session);
  const folder = options.out ?? `${defaultFolder(session)}-calibration`;
  const records: TaskRecord[] = [];
  for (let n = 1; n <= attempts; n++) {
    const out = join(folder, `attempt-${n}`);
    const part = {
      title: `${title}, attempt ${n} of ${attempts}`,
      attempt: holding(open.sandbox, solver.attemptsIn(out)),
    };
    records.push(...(await runSession({ session, ...part, tasks, signal, options: { ...options, out } })));
  }
  const report = reportOn(records, 1 - (solver.confidence ?? 1 - LEVEL));
  const { calibration, ...rest } = report;
  const json = { attempts, gradings, ...calibration, ...rest };
  writeFileSync(join(folder, 'calibration.json'), `${JSON.stringify(json, null, 2)}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify({ type: 'calibration', folder, ...json })}\n`);
  else
    process.stdout.write(
      `\n${title}: ${count(attempts, 'attempt')} at each task, ${count(gradings, 'grading')} of each attempt’s files\n${calibrationText(report)}\n${folder}: calibration.json\n`,
    );
}

/** @param level of the gate, 0 to 0.5 */
function reportOn(records: readonly TaskRecord[], level: number): CalibrationReport {
  const attempts = records.flatMap(({ task, verdict, verdicts = [verdict] }): CalibrationAttempt[] => {
    const outcomes = verdicts.filter(isOutcome);
    return outcomes.length === 0 ? [] : [{ task, verdicts: outcomes }];
  });
  const calibration = calibrate(attempts);
  const { sound, noise } = withoutGraderFlaky(attempts, calibration);
  const passes = (root: Uint8Array, variant: Uint8Array) => judgeGate(root, variant, 1 - level).passed;
  return {
    calibration,
    withoutFlaky: noise,
    missing: records.length - attempts.length,
    gate: sound.length > 0 ? { ...identicalPasses(sound, passes), level } : null,
  };
}
