import { reduceEntries } from '../../archive/reduce.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';

/** Of these runs those without an outcome yet. What is still to be said of one that is over holds nobody up. */
export async function goingOn(store: Pick<Store, 'read'>, keys: readonly RunKey[]): Promise<RunKey[]> {
  const found: RunKey[] = [];
  for (const key of keys) if (!reduceEntries(null, await store.read(key))?.outcome) found.push(key);
  return found;
}
