import { expect, test } from 'vitest';
import { takeInMemory, type WriteKind, WritePace } from './pace.ts';

function clockFrom(start: number) {
  let now = start;
  return {
    monotonic: () => now,
    sleep: async (milliseconds: number) => {
      await new Promise((resolve) => setImmediate(resolve));
      now += milliseconds;
    },
  };
}

function paced(limits: { perMinute: number; perHour: number }) {
  const clock = clockFrom(0);
  const pace = new WritePace(limits, takeInMemory(clock), clock);
  const order: [kind: WriteKind, at: number][] = [];
  const write = (kind: WriteKind) => pace.wait(kind).then(() => void order.push([kind, clock.monotonic()]));
  return { pace, order, write };
}

test('the most urgent writes go first; one that has waited long is passed by answers alone', async () => {
  const { order, write } = paced({ perMinute: 2, perHour: 1_000 });
  const early = write('edit');
  const rest = (['edit', 'evidence', 'work', 'answer', 'edit'] as const).map(write);
  await Promise.all([early, ...rest]);
  expect(order.map(([kind]) => kind)).toEqual(['edit', 'answer', 'work', 'evidence', 'edit', 'edit']);
  expect(order.filter(([kind]) => kind !== 'answer').map(([, at]) => at)).toEqual([
    0, 60_000, 120_000, 180_000, 240_000,
  ]);
});

test('a tenth of the limits is left to answers', async () => {
  const { order, write } = paced({ perMinute: 80, perHour: 20 });
  const work = Promise.all(Array.from({ length: 25 }, () => write('work')));
  await new Promise((resolve) => setImmediate(resolve));
  await write('answer');
  await write('answer');
  expect(order.filter(([kind, at]) => kind === 'work' && at < 3_600_000)).toHaveLength(18);
  expect(order.filter(([kind, at]) => kind === 'answer' && at < 3_600_000)).toHaveLength(2);
  await work;
  expect(order).toHaveLength(27);
});

test('once closed, what the limits allow is still written, and what would wait is refused', async () => {
  const { pace, write } = paced({ perMinute: 2, perHour: 1_000 });
  pace.close();
  await write('answer');
  await write('answer');
  await expect(write('answer')).rejects.toMatchObject({ code: 'forge.put-off' });
});

test('what waits gives way for one repository, answers and others’ writes excepted', async () => {
  const { pace, order } = paced({ perMinute: 1, perHour: 1_000 });
  const write = (kind: WriteKind, repository: string) =>
    pace.wait(kind, repository).then(
      () => void order.push([kind, 0]),
      (error: Error) => error.message,
    );
  const all = [
    write('work', 'a/x'),
    write('work', 'a/x'),
    write('edit', 'a/x'),
    write('work', 'a/y'),
    write('answer', 'a/x'),
  ];
  await new Promise((resolve) => setImmediate(resolve));
  pace.giveWay('a/x');
  const way = 'A write gave way to a command.';
  expect(await Promise.all(all)).toEqual([undefined, way, way, undefined, undefined]);
});

test('where a write cannot be noted, none is made', async () => {
  const pace = new WritePace({ perMinute: 1, perHour: 1 }, () => Promise.reject(new Error('disk full')), clockFrom(0));
  await expect(pace.wait('work')).rejects.toThrow('disk full');
  await expect(pace.wait('work')).rejects.toThrow('disk full');
});
