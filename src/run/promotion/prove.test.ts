import { expect, test } from 'vitest';
import { keepRun, specOf, startedRun } from '../../../test/support/kept-run.ts';
import { servicesOn, storeForTest } from '../../../test/support/services.ts';
import type { Archive, Variant } from '../../archive/archive.ts';
import { replay } from '../../archive/reduce.ts';
import type { Store } from '../../store/store.ts';
import { accountLease } from '../limits/account.ts';
import type { OpenRun } from '../state/open-run.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { prove } from './prove.ts';

const key = { repository: 'octo/agent', run: 'r1' };
const commit = (digit: string) => ({ sha: digit.repeat(40), tree: digit.repeat(40) });
const started = replay([startedRun('r1')]);

/** More evidence for a variant of a run that has ended, in an account that may have one run at once. */
function buy(store: Store, archive: Partial<Archive>, createBranch: () => Promise<void>): Promise<string> {
  const run = {
    ...servicesOn(store, async () => ({})),
    ...{ key, documents: new RunDocuments(store, key), spec: specOf() },
    limits: { jobs: null, runs: 1, monthlyUSD: null },
    forge: { branch: async (name: string) => (name === 'huxley/r1/v1' ? 'a'.repeat(40) : null), createBranch },
    archive: {
      ...started,
      settings: { ...started.settings, gate: { test: 'sequential', promise: 'share', evaluations: 4 } },
      ...archive,
    },
  } as unknown as OpenRun;
  return prove(run, { id: 'v1' } as Partial<Variant> as Variant, { by: 'ada' }, async (reply) => reply);
}

test('a branch that waits for GitHub’s limits holds up nobody of the account, and goes again where nothing is bought', async () => {
  const store = await storeForTest();
  await store.writeDocument(key, 'wound-up', true);
  const seen: unknown[] = [];
  const archive = { opened: 'v1', comparison: { base: commit('b'), merged: commit('c') } } as const;
  const bought = buy(store, archive, async () => {
    seen.push(await store.lease(accountLease('octo'), 'another', 1), await store.readDocument(key, 'wound-up'));
    throw new Error('no GitHub here');
  });
  await expect(bought).rejects.toThrow('no GitHub here');
  expect(seen).toEqual([true, undefined]);
});

test('a run of a repository that is gone leaves room for more evidence', async () => {
  const store = await storeForTest();
  const gone = { repository: 'octo/gone', run: 'r1' };
  await keepRun(store, gone);
  const bought = () => buy(store, {}, async () => {});
  await expect(bought()).rejects.toMatchObject({ code: 'limit.runs' });
  await store.writeDocument({ ...gone, run: '-' }, 'out-of-reach', '2026-01-01T00:00:00.000Z');
  expect(await bought()).toContain('measured further');
});
