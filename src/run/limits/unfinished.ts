import { accountOf } from '../../model/ids.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { DOCUMENTS } from '../state/documents.ts';
import { RunDocuments } from '../state/run-documents.ts';

/** How many of an account's runs go on, one left out. */
export async function goingOn(store: Store, account: string, but: RunKey): Promise<number> {
  let count = 0;
  for (const key of await store.runs()) {
    if (accountOf(key.repository) !== account || (key.repository === but.repository && key.run === but.run)) continue;
    const documents = new RunDocuments(store, key);
    if ((await documents.read(DOCUMENTS.finalized)) !== true && (await documents.read(DOCUMENTS.spec))) count++;
  }
  return count;
}
