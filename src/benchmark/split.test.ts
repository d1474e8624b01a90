import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitTasks } from './split.ts';

const ids = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), { minLength: 0, maxLength: 80 });
const fraction = fc.double({ min: 0, max: 0.99, noNaN: true });

test('every task lands on exactly one side, in the suite order', () => {
  fc.assert(
    fc.property(ids, fraction, fc.string(), (tasks, share, salt) => {
      const { search, heldout } = splitTasks('sha256:a', salt, share, tasks);
      expect(tasks.filter((id) => search.includes(id) || heldout.includes(id))).toEqual(tasks);
      expect(search.length + heldout.length).toBe(tasks.length);
    }),
  );
});

test('the sealed share is the asked one to within a task, and never everything', () => {
  fc.assert(
    fc.property(ids, fraction, (tasks, share) => {
      const { search, heldout } = splitTasks('sha256:a', 'salt', share, tasks);
      if (tasks.length >= 2) {
        expect(Math.abs(heldout.length - tasks.length * share)).toBeLessThanOrEqual(1);
        expect(search.length).toBeGreaterThan(0);
        expect(heldout.length > 0).toBe(share > 0);
      } else expect(heldout).toEqual([]);
    }),
  );
});

test('the order of the list does not matter', () => {
  fc.assert(
    fc.property(ids, fraction, (tasks, share) => {
      const forward = new Set(splitTasks('sha256:a', 's', share, tasks).heldout);
      const backward = new Set(splitTasks('sha256:a', 's', share, tasks.toReversed()).heldout);
      expect(backward).toEqual(forward);
    }),
  );
});

test('another salt or another digest seals other tasks', () => {
  const tasks = Array.from({ length: 64 }, (_, i) => `t${i}`);
  const heldout = (digest: string, salt: string) => splitTasks(digest, salt, 0.5, tasks).heldout;
  expect(heldout('sha256:a', 'one')).toEqual(heldout('sha256:a', 'one'));
  expect(heldout('sha256:a', 'two')).not.toEqual(heldout('sha256:a', 'one'));
  expect(heldout('sha256:b', 'one')).not.toEqual(heldout('sha256:a', 'one'));
});

test('a larger share only ever seals more: what was sealed stays sealed', () => {
  fc.assert(
    fc.property(ids, fraction, fraction, (tasks, a, b) => {
      const less = splitTasks('d', 's', Math.min(a, b), tasks).heldout;
      const more = splitTasks('d', 's', Math.max(a, b), tasks).heldout;
      expect(less.every((id) => more.includes(id))).toBe(true);
    }),
  );
});

test.each([-0.1, 1, Number.NaN])('a share of %s is refused', (share) => {
  expect(() => splitTasks('d', 's', share, ['a'])).toThrow(RangeError);
});

test('tasks of an earlier run keep their side, and new ones make up what is lacking', () => {
  const of = (n: number) => Array.from({ length: n }, (_, i) => `t${i}`);
  const first = splitTasks('d1', 'r', 0.3, of(20));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(19), (more, gone) => {
      const tasks = of(20 + more).filter((_, i) => i !== gone);
      const then = splitTasks('d2', 'r', 0.3, tasks, first);
      for (const side of ['search', 'heldout'] as const)
        for (const id of first[side]) if (tasks.includes(id)) expect(then[side]).toContain(id);
      const kept = first.heldout.filter((id) => tasks.includes(id)).length;
      expect(then.heldout.length).toBe(Math.max(kept, Math.round(0.3 * tasks.length)));
      expect([...then.search, ...then.heldout].sort()).toEqual(tasks.toSorted());
    }),
  );
});
