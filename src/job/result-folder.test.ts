import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTRACT_VERSION, type Order, type Result } from '../contract/contract.ts';
import { ResultFolder } from './result-folder.ts';

const base = { jobId: 'r1-d1', nonce: '0'.repeat(32), sha: 'a'.repeat(40) };
const order = { ...base, digest: 'd'.repeat(64) } as Order;
const result = (seconds: number): Result => ({
  v: CONTRACT_VERSION,
  ...base,
  order: order.digest,
  kind: 'evaluate',
  usage: { requests: 0, inputTokens: 0, outputTokens: 0, costUSD: 0 },
  rehearsal: false,
  seconds,
  error: null,
  perTask: [],
});

test('two workers of one job in one process lose nothing to each other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-results-'));
  const workers = [new ResultFolder(folder), new ResultFolder(folder)];
  const writes = Array.from({ length: 50 }, (_, i) => workers[i % 2]!.write(result(i)));
  expect(await Promise.all(writes)).toHaveLength(50);
  expect(readdirSync(folder)).toEqual(['result.json']);
  expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))).toMatchObject(base);
});

test('what another order of the same job left is not gone on with', async () => {
  const folder = new ResultFolder(mkdtempSync(join(tmpdir(), 'huxley-results-')));
  await folder.write(result(1));
  expect(await folder.previous(order)).toMatchObject({ seconds: 1 });
  expect(await folder.previous({ ...order, digest: 'e'.repeat(64) })).toBeNull();
});
