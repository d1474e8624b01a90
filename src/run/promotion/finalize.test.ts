import { expect, test } from 'vitest';
import { asRefusal, outOfReach } from '../../github/refusal.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { goingOn } from '../limits/going-on.ts';
import type { OpenRun } from '../state/open-run.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { finalize, isFinalized } from './finalize.ts';

const key = { repository: 'octo/agent', run: 'r1' };

/** Whether a run that is over is finalized although its summary is refused like this, and so many of its three entries are published. */
async function finalizes(refusal: unknown, published = 3): Promise<boolean> {
  const kept = new Map<string, unknown>([['published', published]]);
  const documents = new RunDocuments(
    {
      readDocument: async (_, name) => kept.get(name),
      readDocuments: async () => new Map(),
      writeDocument: async (_, name, value) => void kept.set(name, value),
      pending: async () => [],
    },
    key,
  );
  const run = {
    key,
    documents,
    entries: Array(3),
    spec: { issue: 1, configuration: { merge: { branches: 'keep' } } },
    log: { error() {}, info() {} },
    forge: { comment: () => Promise.reject(refusal), comments: () => Promise.reject(refusal) },
    archive: {
      outcome: { outcome: 'nothing', shipped: 'v0', reason: 'None is better.' },
      ...{ settings: {}, search: { variants: [] }, measured: { evaluations: 1 } },
      ...{ comparison: null, preflight: null, extensions: 0, spentUSD: 0 },
    },
  } as unknown as OpenRun;
  // The first time it is asked to write, later it looks what it has written.
  for (let n = 0; n < 2; n++) await finalize(run).catch((error) => expect(error).toBe(refusal));
  return isFinalized(documents);
}

const refused = (status: number, message: string) =>
  asRefusal(Object.assign(new Error(message), { status, response: { data: { message } } }), {
    method: 'POST',
    url: '/repos/octo/agent/issues/1/comments',
  });

test.each([
  [403, 'Unable to create comment because issue is locked.', true],
  [404, 'Not Found', true],
  [410, 'This issue was deleted', true],
  [403, 'Resource not accessible by integration', false],
  [429, 'Too Many Requests', false],
  [422, 'Validation Failed', false],
])('a run whose summary is refused with %s (%s) is over: %s', async (status, message, over) => {
  expect(await finalizes(refused(status, message))).toBe(over);
});

test('an issue that is out of reach is not gone, nor one where the connection broke', async () => {
  expect(await finalizes(outOfReach('octo/agent'))).toBe(false);
  expect(await finalizes(new Error('hang-up'))).toBe(false);
});

test('a run is not over while evidence of it is not published', async () => {
  expect(await finalizes(refused(410, 'This issue was deleted'), 2)).toBe(false);
});

test('a run with an outcome goes on no longer, whatever is left to be said of it', async () => {
  const started: ArchiveEvent = {
    ...{ type: 'run.started', run: 'r1', seed: 1, policy: { name: 'hgm', params: {} }, budget: 1, expansionCost: 0 },
    ...{ concurrency: 1, batch: 1, costUSD: null, suite: { name: 's', digest: 'd' }, tasks: ['t'], heldOut: ['h'] },
    ...{ root: { sha: '0'.repeat(40), tree: '0'.repeat(40) }, confidence: 0.95 },
  };
  const ended: ArchiveEvent = { type: 'run.ended', outcome: 'nothing', shipped: 'v0', reason: 'r' };
  const keys = [key, { ...key, run: 'r2' }];
  const store = {
    read: async ({ run }: typeof key) =>
      (run === 'r1' ? [started, ended] : [started]).map((event, i) => ({
        ...{ seq: i + 1, at: '2026-01-01T00:00:00Z', event },
      })),
  };
  expect(await goingOn({ store, log: { error() {} } }, keys)).toEqual([keys[1]]);
});
