import { PutOff } from '../../github/pace.ts';
import { HuxleyError } from '../../model/error.ts';
import { setAttention } from './attention.ts';
import type { OpenRun } from './open-run.ts';

/**
 * Does one step of a tick. What a person has to fix, e.g. a refusal by GitHub, is said as Attention until the step
 * works, and keeps no other step from being done. Undefined when the step failed.
 */
export async function step<T>(run: OpenRun, about: string, act: () => Promise<T>): Promise<T | undefined> {
  const topic = `step ${about}`;
  try {
    const done = await run.observer.span('step', { ...run.key, about }, act);
    await setAttention(run, topic, null);
    return done;
  } catch (error) {
    // The journal is read again, by the controller.
    if (!(error instanceof HuxleyError) || error.code.startsWith('journal.') || error instanceof PutOff) throw error;
    run.log.error({ about, code: error.code, err: error }, 'a step failed');
    await setAttention(run, topic, error.inFull);
    return undefined;
  }
}
