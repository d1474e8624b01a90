import type { ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';

/**
 * A process that its test does not outlive, whichever way that goes: one that inherits what the test run writes to would keep
 * the run from its end. With everything it started, where it was spawned `detached`.
 */
export function endsWithTest<T extends ChildProcess>(child: T, { detached = false } = {}): T {
  onTestFinished(() => {
    if (!detached) return void child.kill('SIGKILL');
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch (error) {
      // Its whole group is gone already.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  });
  return child;
}
