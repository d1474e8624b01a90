import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LATE, type Order, type PreflightOrder, resultSchema } from '../contract/contract.ts';
import { runPreflight } from './preflight-job.ts';
import { ResultFolder } from './result-folder.ts';
import { type JobMachine, runJob } from './run-job.ts';

const late = {
  ...{ v: 2, digest: 'd'.repeat(64), jobId: 'r1-d3', nonce: '0'.repeat(32), run: 'r1', variant: 'v1' },
  ...{ sha: 'a'.repeat(40), tree: 'b'.repeat(40), tasks: ['t'], limits: { costUSD: 1 } },
  deadline: '2026-01-01T00:00:00Z',
};

test.each(['evaluate', 'expand', 'preflight'])(
  'an order to %s that comes too late is answered, and nothing begun',
  async (kind) => {
    const results = new ResultFolder(mkdtempSync(join(tmpdir(), 'huxley-test-late-')));
    // Whatever else is asked of this machine fails, and with another code.
    const machine = { results, signal: new AbortController().signal } as unknown as JobMachine;
    const order = { ...late, kind } as unknown as Order | PreflightOrder;
    const result = await (order.kind === 'preflight' ? runPreflight(order, machine) : runJob(order, machine));
    expect(result.error).toEqual({
      code: LATE,
      message: expect.stringContaining('its time is over (2026-01-01T00:00:00Z)'),
    });
    expect(result.usage.requests).toBe(0);
    expect(await results.previous(order)).toEqual(resultSchema.parse(result));
  },
);
