import type { Configuration } from '../../config/schema.ts';
import type { TaskId } from '../../model/ids.ts';
import type { PredictionRecord } from '../../model/memory/prediction.ts';
import { entriesOf } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { DOCUMENTS } from '../state/documents.ts';
import { RunDocuments } from '../state/run-documents.ts';

/** Runs that are looked at, the newest ones. */
const MOST_RUNS = 20;

/**
 * What predictions were worth in a repository's earlier searches: those that ended, in which the same models diagnosed, and which learned
 * nothing from a task that is held out now. Undefined where there was none.
 */
export async function earlierPredictions(
  store: Store,
  repository: string,
  { diagnose }: Configuration['models'],
  heldOut: readonly TaskId[],
): Promise<PredictionRecord | undefined> {
  const sealed = new Set(heldOut);
  let sum: PredictionRecord | undefined;
  for (const key of (await store.runs(repository)).slice(-MOST_RUNS)) {
    const first = (await store.read(key, 0, 1))[0]?.event;
    if (first?.type !== 'run.started' || first.tasks.some((task) => sealed.has(task))) continue;
    const spec = await new RunDocuments(store, key).read(DOCUMENTS.spec);
    if (JSON.stringify(spec?.configuration.models.diagnose) !== JSON.stringify(diagnose)) continue;
    for await (const { event } of entriesOf(store, key)) {
      const own =
        event.type === 'decision.made' && event.decision.type === 'stop' ? event.decision.predictions : undefined;
      if (own === undefined) continue;
      const { squares, products } = sum ?? { squares: 0, products: 0 };
      sum = { squares: squares + own.squares, products: products + own.products };
    }
  }
  return sum;
}
