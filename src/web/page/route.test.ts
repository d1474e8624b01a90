import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRoute, to, toVariant } from './route.ts';

test('addresses are read as they are written', () => {
  expect(parseRoute(toVariant(7))).toEqual({ view: 'variant', variant: 7 });
  expect(parseRoute('#/compare/v3/v7')).toEqual({ view: 'compare', a: 3, b: 7 });
  expect(parseRoute('#/decisions/31')).toEqual({ view: 'decisions', n: 31 });
  expect(parseRoute('#/tasks')).toEqual({ view: 'tasks' });
  for (const hash of ['', '#', '#/', '#/nonsense', '#/variant/x', '#/variant/v', '#/%'])
    expect(parseRoute(hash)).toEqual({ view: 'lineage' });
  fc.assert(
    fc.property(fc.nat(1e6), fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (variant, job, task) => {
      expect(parseRoute(to('variant', `v${variant}`, job, task))).toEqual({ view: 'variant', variant, job, task });
      expect(parseRoute(to('tasks', task))).toEqual({ view: 'tasks', task });
    }),
  );
});
