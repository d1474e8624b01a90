import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfiguration } from '../../config/configuration.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import type { PredictionRecord } from '../../model/memory/prediction.ts';
import { openSqlite } from '../../store/sqlite.ts';
import { DOCUMENTS } from '../state/documents.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { earlierPredictions } from './earlier-predictions.ts';

const sha = '0'.repeat(40);
function configured(diagnose: string) {
  const reading = readConfiguration(
    `version: 1\nagent: { solve: x }\nbenchmark: { suite: kata }\nmodels: { diagnose: ${diagnose}, prices: { ${diagnose}: { input: 1, output: 1 } } }\n`,
  );
  if (!reading.ok) throw new Error('an invalid configuration');
  return reading.configuration;
}

test('a run takes over what predictions were worth in earlier ones of the same model, and nothing of tasks that are held out now', async () => {
  await using store = await openSqlite(join(mkdtempSync(join(tmpdir(), 'huxley-predictions-')), 'huxley.db'));
  const begin = async (run: string, diagnose: string, before?: PredictionRecord, own?: PredictionRecord) => {
    const key = { repository: 'o/r', run };
    const started = {
      ...{ type: 'run.started', run, seed: 1, policy: { name: 'huxley', params: {} }, budget: 9, expansionCost: 2 },
      ...{ concurrency: 1, batch: 1, costUSD: null, suite: { name: 'kata', digest: '' }, tasks: ['t'], heldOut: ['h'] },
      ...{ root: { sha, tree: sha }, confidence: 0.95, ...(before && { predictions: before }) },
    } as ArchiveEvent;
    const decision = { type: 'stop', shipped: 'v0', reason: { text: '', candidates: [] } } as const;
    const stop: ArchiveEvent = {
      type: 'decision.made',
      n: 0,
      decision: { ...decision, ...(own && { predictions: own }) },
    };
    const spec = { issue: 1, defaultBranch: 'main', startedBy: 'ada', startedAt: '2026-01-01T00:00:00.000Z' };
    await new RunDocuments(store, key).write(DOCUMENTS.spec, {
      ...spec,
      configuration: configured(diagnose),
      suiteDigest: null,
    });
    await store.append(key, 0, [started, stop]);
  };
  const now = (diagnose: string, heldOut = ['h']) =>
    earlierPredictions(store, 'o/r', configured(diagnose).models, heldOut);
  expect(await now('a')).toBeUndefined();
  await begin('r1', 'a', undefined, { squares: 3, products: 1 });
  expect(await now('a')).toEqual({ squares: 3, products: 1 });
  expect(await now('b')).toBeUndefined();
  // Two at once: each takes over the first alone, and the next one both.
  await begin('r2', 'a', { squares: 3, products: 1 }, { squares: 2, products: -0.5 });
  await begin('r3', 'a', { squares: 3, products: 1 }, { squares: 1, products: 1 });
  await begin('r4', 'a', { squares: 6, products: 1.5 });
  await begin('r5', 'b', undefined, { squares: 9, products: 9 });
  expect(await now('a')).toEqual({ squares: 6, products: 1.5 });
  expect(await now('a', ['h', 't']), 'what was learned from a task that is held out now').toBeUndefined();
});
