import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HuxleyError } from '../../model/error.ts';
import { RunDocuments } from '../../run/state/run-documents.ts';
import { parseExport } from '../../store/export.ts';
import { openSqlite } from '../../store/sqlite.ts';
import type { Store } from '../../store/store.ts';
import { noAttachments } from './attachments.ts';
import { storedRun } from './run-source.ts';

const DEMO = join(import.meta.dirname, '../../../test/fixtures/0.1/demo.jsonl');

test('a damaged run is named beside the others; a store that does not answer is trouble', async () => {
  await using store = await openSqlite(join(mkdtempSync(join(tmpdir(), 'huxley-runs-')), 'journal.sqlite'));
  const [good, bad] = ['r1', 'r2'].map((run) => ({ repository: 'octo/agent', run })) as [RunKey, RunKey];
  const { entries } = parseExport(readFileSync(DEMO, 'utf8'), DEMO);
  for (const key of [good, bad]) await store.restore(key, entries);
  const runsWith = (code: string) => {
    const failing: Store = Object.create(store, {
      runs: { value: () => store.runs('octo/agent') },
      read: {
        value: async (key: RunKey, after?: number, most?: number) => {
          if (key.run === 'r2') throw new HuxleyError(code, 'Entry 3 is not JSON.', 'Restore it.');
          return store.read(key, after, most);
        },
      },
      readDocument: { value: store.readDocument.bind(store) },
      readDocuments: { value: store.readDocuments.bind(store) },
    });
    const documents = new RunDocuments(failing, good);
    return storedRun(failing, good, documents, { url: null, attachments: noAttachments('x', 'y') }).runs();
  };
  const { runs, unreadable } = await runsWith('journal.damaged');
  expect(runs).toHaveLength(1);
  expect(unreadable).toEqual([{ run: 'r2', why: 'Entry 3 is not JSON.' }]);
  await expect(runsWith('journal.unreachable')).rejects.toMatchObject({ code: 'journal.unreachable' });
});

type RunKey = Parameters<Store['read']>[0];
