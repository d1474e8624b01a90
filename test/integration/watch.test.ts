import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { ArchiveEvent } from '../../src/model/event.ts';
import { createPolicy } from '../../src/search/policies.ts';
import { openSqlite } from '../../src/store/sqlite.ts';

const commit = (digit: string) => ({ sha: digit.repeat(40), tree: digit.repeat(40) });
const gate = { passed: true, n: 1, root: 0, variant: 1, fixed: 1, broken: 0, p: 0.5, alpha: 0.5 };
const EVENTS: readonly ArchiveEvent[] = [
  {
    type: 'run.started',
    run: 'r1',
    seed: 1,
    policy: createPolicy('hgm').spec,
    budget: 10,
    expansionCost: 2,
    concurrency: 1,
    batch: 1,
    costUSD: 50,
    suite: { name: 'tasks', digest: 'sha256:0' },
    tasks: ['a'],
    heldOut: ['x'],
    root: commit('1'),
    confidence: 0.95,
  },
  { type: 'expansion.ordered', job: 'r1-d0', decision: null, variant: 'v1', parent: 'v0', operator: 'mutation' },
  {
    type: 'job.charged',
    job: 'r1-d0',
    variant: 'v1',
    attempt: 1,
    costUSD: 2,
    assumed: true,
    reason: 'its workflow run is gone',
  },
  {
    type: 'expansion.made',
    job: 'r1-d0',
    variant: 'v1',
    ...commit('2'),
    summary: 'tries again',
    costUSD: 0.5,
    seconds: 9,
  },
  { type: 'evaluation.ordered', job: 'r1-d1', decision: null, variant: 'v1', tasks: ['a'], split: 'search' },
  {
    type: 'evaluation.done',
    job: 'r1-d1',
    variant: 'v1',
    task: 'a',
    split: 'search',
    outcome: 'resolved',
    costUSD: 0.25,
    seconds: 4,
  },
  { type: 'heldout.opened', variant: 'v1' },
  { type: 'heldout.done', variant: 'v1', gate },
  { type: 'heldout.repeated', variant: 'v1', base: commit('3'), merged: commit('4') },
  { type: 'heldout.done', variant: 'v1', gate },
  { type: 'run.ended', outcome: 'offered', shipped: 'v1', reason: 'v1 is ready to be merged.' },
];

test('on a terminal, what lasts stays above the tree', async ({ skip }) => {
  if (spawnSync('script', ['--version']).error) return skip('there is no `script` here to make a terminal with');
  const home = mkdtempSync(join(tmpdir(), 'huxley-watch-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  await using store = await openSqlite(join(home, 'journal.sqlite'));
  await store.append({ repository: 'octo/agent', run: 'r1' }, 0, EVENTS);
  const command = `stty cols 160; ${process.execPath} ${join(import.meta.dirname, '../../src/main.ts')} watch r1`;
  const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env.PATH, TERM: 'xterm', HUXLEY_HOME: home },
    timeout: 30_000,
  });
  const lines = stdout.replaceAll(/\r/g, '').replaceAll(/^\d\d:\d\d:\d\d/gm, 'hh:mm:ss');
  expect(lines).toMatchInlineSnapshot(`
    "hh:mm:ss  run r1 started: policy hgm, budget 10 evaluations, 1 search task, 1 held-out task
    hh:mm:ss  r1-d0, attempt 1: $2.00 counted, the most it may have spent (its workflow run is gone)
    hh:mm:ss  made v1: tries again
    hh:mm:ss  held-out tasks opened for the root and v1
    hh:mm:ss  held-out: v1 1/1, root 0/1 (1 fixed, 0 broken, p = 0.50): enough to merge
    hh:mm:ss  the default branch moved to 3333333333: the held-out tasks are opened again for it and v1 merged with it
    hh:mm:ss  held-out: v1 1/1, root 0/1 (1 fixed, 0 broken, p = 0.50): enough to merge
    hh:mm:ss  run ended, offered: v1 is ready to be merged.
    r1  ▓▓▓░░░░░░░ 3/10  $2.75/50  ended  best v1 1/1
     v0   -
     └─ v1   1/1    ◀ best tries again
    "
  `);
});
