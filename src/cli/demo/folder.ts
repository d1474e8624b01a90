import { join, resolve } from 'node:path';
import { HuxleyError } from '../../model/error.ts';
import { withLock } from '../../sandbox/setup/lock.ts';

const DEFAULT = 'huxley-report';

/**
 * Runs `work` with a report folder that no other process of this machine writes to meanwhile: the named one, or the first
 * of `huxley-report`, `huxley-report-2`, … that is free.
 *
 * @throws HuxleyError `demo.out` when the named one is taken
 */
export async function withReportFolder<T>(named: string | undefined, work: (folder: string) => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    const folder = resolve(named ?? (n === 1 ? DEFAULT : `${DEFAULT}-${n}`));
    try {
      return await withLock(join(folder, '.in-use'), () => work(folder), {
        seconds: 0,
        refusal: ({ who, since, whenGone }) =>
          new HuxleyError(
            'demo.out',
            `Another demo writes its report to ${folder}: ${who}, since ${since}.`,
            `Name another folder with --out.${whenGone}`,
          ),
      });
    } catch (error) {
      if (named !== undefined || !(error instanceof HuxleyError && error.code === 'demo.out')) throw error;
    }
  }
}
