import { expect, test } from 'vitest';
import type { ClaimedDelivery, Inbox, Wanted } from '../../store/store.ts';
import { DeliveryQueue } from './queue.ts';

/** An inbox of ids such as `a1`, whose first letter is the account. */
function inboxOf(waiting: string[]) {
  const claim = async ({ limit, perOrigin, except }: Wanted): Promise<ClaimedDelivery[]> => {
    const taken: string[] = [];
    for (const id of [...waiting]) {
      const same = taken.filter((other) => other[0] === id[0]).length;
      if (taken.length >= limit || same >= perOrigin || except.includes(id[0]!)) continue;
      taken.push(id);
      waiting.splice(waiting.indexOf(id), 1);
    }
    return taken.map((id) => ({ id, origin: id[0]!, event: 'push', payload: null, attempts: 1 }));
  };
  return { claim, keep: async () => {} } as unknown as Inbox;
}

const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 10));

test('an account whose work hangs keeps no other waiting, and never has all places', async () => {
  const waiting = [...Array.from({ length: 200 }, (_, n) => `a${n}`), 'b1'];
  const begun: string[] = [];
  let release = () => {};
  const hanging = new Promise<void>((resolve) => {
    release = resolve;
  });
  const queue = new DeliveryQueue(inboxOf(waiting), async ({ id }) => {
    begun.push(id);
    if (id.startsWith('a')) await hanging;
  });
  const done = queue.work();
  await soon();
  expect(begun).toContain('b1');
  expect(begun.length).toBeLessThanOrEqual(16);
  waiting.push('c1');
  void queue.work();
  await soon();
  expect(begun).toContain('c1');
  release();
  await done;
  expect(waiting).toEqual([]);
  expect(begun).toHaveLength(202);
});

test('work that comes while it works is done before it is done', async () => {
  const waiting = ['a1'];
  const begun: string[] = [];
  const queue: DeliveryQueue = new DeliveryQueue(inboxOf(waiting), async ({ id }) => {
    begun.push(id);
    if (id === 'a1') waiting.push('a2');
    await soon();
  });
  await queue.work();
  expect(begun).toEqual(['a1', 'a2']);
  await queue.work();
});

test('closing waits for what goes on and starts nothing more', async () => {
  const waiting = Array.from({ length: 20 }, (_, n) => `a${n}`);
  let ended = 0;
  const queue = new DeliveryQueue(inboxOf(waiting), async () => {
    await soon();
    ended++;
  });
  void queue.work();
  await Promise.resolve();
  await soon();
  await queue.close();
  const so = ended;
  await soon();
  expect(ended).toBe(so);
  expect(waiting.length).toBeGreaterThan(0);
});

test('a failing store is reported once the work in progress has finished', async () => {
  let asked = 0;
  let ended = false;
  const first = inboxOf(['a1']);
  const inbox = {
    ...first,
    claim: (want: Wanted, seconds: number) =>
      ++asked > 1 ? Promise.reject(new Error('gone')) : first.claim(want, seconds),
  } as Inbox;
  const queue = new DeliveryQueue(inbox, async () => {
    await soon();
    ended = true;
  });
  await expect(queue.work()).rejects.toThrow('gone');
  expect(ended).toBe(true);
});
