import { expect, test } from 'vitest';
import { Recent } from './recent.ts';

test('what others took the place of while it was made takes no room any more', async () => {
  const recent = new Recent<string>(10, (text) => text.length);
  let finish: (text: string) => void = () => {};
  const slow = recent.get('slow', () => new Promise((resolve) => (finish = resolve)));
  for (const key of ['a', 'b']) await recent.get(key, async () => 'x'.repeat(9));
  finish('y'.repeat(9));
  await slow;
  let made = 0;
  const small = () =>
    recent.get('c', async () => {
      made++;
      return 'z';
    });
  await small();
  await recent.get('d', async () => 'z');
  await small();
  expect(made).toBe(1);
});
