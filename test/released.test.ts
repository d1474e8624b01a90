import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inWords, replayDecisions } from '../src/search/replay.ts';
import { parseExport } from '../src/store/export.ts';

const folder = join(import.meta.dirname, 'fixtures/0.1');
const journals = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

test('there are journals of 0.1', () => expect(journals).toHaveLength(4));

test.each(journals)('every decision of 0.1 in %s is made again to the letter', (name) => {
  const { entries } = parseExport(readFileSync(join(folder, name), 'utf8'), name);
  const decisions = [...replayDecisions(entries.map(({ event }) => event))];
  expect(decisions.length).toBeGreaterThan(10);
  for (const { n, same, recorded, again } of decisions)
    expect(same, `decision ${n}: ${inWords(recorded)} became ${inWords(again)}`).toBe(true);
});
