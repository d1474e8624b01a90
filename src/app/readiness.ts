import type { Logger } from 'pino';
import type { Store } from '../store/store.ts';

/** Milliseconds for which an answer holds: whoever asks, however often, the store is asked this seldom. */
const HOLDS_MS = 1_000;

/** Whether the journal can be written, in a word; why it cannot is for the log alone. */
export function readiness(store: Store, log: Logger): () => Promise<[status: number, text: string]> {
  let asked: Promise<[number, string]> | undefined;
  let at = Number.NEGATIVE_INFINITY;
  const ask = async (): Promise<[number, string]> => {
    try {
      await store.check();
      return [200, 'ready'];
    } catch (error) {
      log.error({ err: error }, 'the journal cannot be written');
      return [503, 'not ready'];
    } finally {
      at = performance.now();
    }
  };
  return () => {
    // One question at a time: an answer that is on its way is everybody's.
    if (asked === undefined || performance.now() - at > HOLDS_MS) {
      at = Number.POSITIVE_INFINITY;
      asked = ask();
    }
    return asked;
  };
}
