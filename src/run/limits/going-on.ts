import { reduceEntries } from '../../archive/reduce.ts';
import { isDamage } from '../../store/damage.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import type { RunServices } from '../state/open-run.ts';

interface Services {
  readonly store: Pick<Store, 'read'>;
  readonly log: Pick<RunServices['log'], 'error'>;
}

interface GoingOn extends RunKey {
  readonly damaged?: true;
}

/**
 * Of these runs those without an outcome yet. What is still to be said of one that is over holds nobody up. One whose journal
 * is damaged counts, as nobody knows.
 */
export async function goingOn({ store, log }: Services, keys: readonly RunKey[]): Promise<GoingOn[]> {
  const found: GoingOn[] = [];
  for (const key of keys)
    try {
      if (!reduceEntries(null, await store.read(key))?.outcome) found.push(key);
    } catch (error) {
      if (!isDamage(error)) throw error;
      log.error({ ...key, err: error }, 'a run cannot be read, and counts as one in progress');
      found.push({ ...key, damaged: true });
    }
  return found;
}
