import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CATALOGUE } from './all.ts';
import { HELPFUL } from './helpful.ts';
import { carryOut, type Improvement } from './improvement.ts';
import { SPECIAL } from './special.ts';

const starter = readFileSync('examples/starter-agent/agent.ts', 'utf8');

function edited(source: string, improvement: Improvement): string | null {
  const replacements = carryOut(improvement, source);
  return replacements === null
    ? null
    : replacements.reduce<string>((text, { old, new: put }) => text.replace(old, () => put), source);
}

test.each(CATALOGUE)('$worth: $title', (improvement) => {
  expect(improvement.mark.test(starter)).toBe(false);
  const after = edited(starter, improvement);
  expect(after).not.toBe(null);
  expect(improvement.mark.test(after!)).toBe(true);
});

test('titles are told apart', () => {
  for (const { title } of CATALOGUE)
    expect(CATALOGUE.filter((other) => `${other.title} ${other.proposal}`.includes(title))).toHaveLength(1);
});

test('the helpful ones apply in any order, and the result is TypeScript that Node runs', () => {
  const helpful = [...HELPFUL, ...SPECIAL];
  const anyOrder = fc.shuffledSubarray(helpful, { minLength: helpful.length });
  fc.assert(
    fc.property(anyOrder, (order) => {
      let source = starter;
      for (const improvement of order) {
        const after = edited(source, improvement);
        expect(after, `${improvement.title} after ${order.map(({ title }) => title).join(', ')}`).not.toBe(null);
        source = after!;
      }
      for (const { mark } of helpful) expect(mark.test(source)).toBe(true);
      expect(source.match(/^(async )?function \w+/gm)).toEqual([...new Set(source.match(/^(async )?function \w+/gm))]);
      expect(stripTypeScriptTypes(source)).toContain('await main()');
    }),
    { numRuns: 50 },
  );
});

test('an edit whose place is gone does not apply', () => {
  for (const improvement of CATALOGUE)
    expect(carryOut(improvement, 'print("an agent in another language")')).toBe(null);
});
