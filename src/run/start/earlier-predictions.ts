import type { Configuration } from '../../config/schema.ts';
import type { PredictionRecord } from '../../model/memory/prediction.ts';
import { entriesOf } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { DOCUMENTS } from '../state/documents.ts';
import { RunDocuments } from '../state/run-documents.ts';

/**
 * What predictions were worth in a repository's runs so far: what the last search took over from those before it, and what it added.
 * Undefined where there was none, or another model made its diagnoses.
 */
export async function earlierPredictions(
  store: Store,
  repository: string,
  { diagnose }: Configuration['models'],
): Promise<PredictionRecord | undefined> {
  for (const key of (await store.runs(repository)).toReversed()) {
    const first = (await store.read(key, 0, 1))[0]?.event;
    if (first?.type !== 'run.started' || first.measure || first.calibrate) continue;
    const spec = await new RunDocuments(store, key).read(DOCUMENTS.spec);
    if (JSON.stringify(spec?.configuration.models.diagnose) !== JSON.stringify(diagnose)) return undefined;
    let own: PredictionRecord | undefined;
    for await (const { event } of entriesOf(store, key))
      if (event.type === 'decision.made' && event.decision.type === 'stop') own = event.decision.predictions;
    return sum(first.predictions, own);
  }
  return undefined;
}

function sum(before?: PredictionRecord, own?: PredictionRecord): PredictionRecord | undefined {
  if (before === undefined || own === undefined) return before ?? own;
  return { squares: before.squares + own.squares, products: before.products + own.products };
}
