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
    let entered = false;
    const enter = () => {
      entered = true;
      return work(folder);
    };
    try {
      return await withLock(join(folder, '.in-use'), enter, 0);
    } catch (error) {
      if (entered || !(error instanceof HuxleyError && error.code === 'setup.lock')) throw error;
      if (named !== undefined)
        throw new HuxleyError(
          'demo.out',
          `Another demo writes its report to ${folder}.`,
          'Name another folder with --out.',
        );
    }
  }
}
