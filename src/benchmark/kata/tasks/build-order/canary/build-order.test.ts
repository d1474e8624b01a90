import test from 'node:test';
import assert from 'node:assert/strict';
import { buildOrder } from '../order.ts';

const t = (name: string, ...needs: string[]) => ({ name, needs });

test("a chain", () => {
  assert.deepEqual(buildOrder([t('a', 'b'), t('b', 'c'), t('c'), t('d')], ['a']), ['a', 'b', 'c']);
  assert.deepEqual(buildOrder([t('a')], []), []);
});

test("unknown", () => {
  assert.throws(() => buildOrder([t('a', 'nope')], ['a']), /other/);
  assert.throws(() => buildOrder([], ['goal']), /goal/);
});
