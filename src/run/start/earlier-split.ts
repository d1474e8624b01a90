import type { SuiteSplit } from '../../benchmark/suite.ts';
import type { Store } from '../../store/store.ts';
import { DOCUMENTS } from '../state/documents.ts';
import { RunDocuments } from '../state/run-documents.ts';

/**
 * Which tasks of a suite steered a repository's runs and which were held out, as the last run on it had them; undefined where there was
 * none, or it held out another share: then the split is asked for again.
 */
export async function earlierSplit(
  store: Store,
  repository: string,
  { suite, holdout }: { readonly suite: string; readonly holdout: number },
): Promise<SuiteSplit | undefined> {
  for (const key of (await store.runs(repository)).toReversed()) {
    const event = (await store.read(key, 0, 1))[0]?.event;
    if (event?.type !== 'run.started' || event.suite.name !== suite) continue;
    const spec = await new RunDocuments(store, key).read(DOCUMENTS.spec);
    if (spec?.configuration.benchmark.holdout !== holdout) return undefined;
    return { search: event.tasks, heldout: event.heldOut };
  }
  return undefined;
}
