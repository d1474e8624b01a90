import { expect, test } from 'vitest';
import { condition, evaluate, interpolate, interpolateText } from './expression.ts';

const contexts = { github: { sha: 'abc', event: { labels: [{ name: 'a' }, { name: 'b' }] } }, steps: {} };
const status = { success: () => true, failure: () => false, always: () => true, cancelled: () => false };

test('templates keep a single expression typed and fill in text otherwise', () => {
  expect(interpolate('${{ 2 > 1 }}', contexts)).toBe(true);
  expect(interpolate('${{ fromJSON(\'{"a":[1]}\') }}', contexts)).toEqual({ a: [1] });
  expect(interpolate('at ${{ github.sha }}, ${{ github.nothing }}.', contexts)).toBe('at abc, .');
  expect(interpolateText("${{ format('}}{0}', 1) }}", contexts)).toMatchInlineSnapshot(`"}1"`);
  expect(evaluate('join(github.event.labels.*.name)', contexts)).toBe('a,b');
  expect(interpolate('no ${{ end', contexts)).toBe('no ${{ end');
});

test('a condition without a status function only holds after success', () => {
  const failed = { ...status, success: () => false, failure: () => true };
  expect(condition('', contexts, status)).toBe(true);
  expect(condition('', contexts, failed)).toBe(false);
  expect(condition("github.sha == 'abc'", contexts, failed)).toBe(false);
  expect(condition("${{ always() && github.sha == 'abc' }}", contexts, failed)).toBe(true);
  expect(condition("github.sha == 'always()'", contexts, failed)).toBe(false);
  expect(condition('failure()', contexts, failed)).toBe(true);
});

test('an expression that makes no sense is an error that shows it', () => {
  expect(() => evaluate('unknown.thing', contexts)).toThrow(/unknown\.thing/);
  expect(() => evaluate('nothing(1)', contexts)).toThrow(/nothing\(1\)/);
});
