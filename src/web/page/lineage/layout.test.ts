import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runDocument } from '../../../../test/support/run-document.ts';
import { ancestry, isFailed, runOf } from '../parts/run.ts';
import { layoutTree, ROW } from './layout.ts';

const size = fc.record({
  variants: fc.integer({ min: 1, max: 120 }),
  tasks: fc.constant(3),
  evaluations: fc.constant(5),
});
const none = { closed: new Set<number>(), lost: false };

test('everything is laid out once, below its parent in reading order, and no two share a place', () => {
  fc.assert(
    fc.property(size, (given) => {
      const run = runOf(runDocument(given));
      const { nodes } = layoutTree(run, none, 1.6);
      expect(nodes.map(({ variant }) => variant.number).sort((a, b) => a - b)).toEqual(
        run.document.variants.map(({ number }) => number),
      );
      expect(new Set(nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(nodes.length);
      for (const [at, { parent, variant, folded }] of nodes.entries()) {
        expect(parent?.variant.number ?? null).toBe(variant.from);
        if (parent) expect(nodes.indexOf(parent)).toBeLessThan(at);
        expect(folded).toBe(0);
      }
      const columns = Map.groupBy(nodes, ({ x }) => x);
      for (const column of columns.values()) {
        const rows = column.map(({ y }) => y).sort((a, b) => a - b);
        for (const [at, y] of rows.slice(1).entries()) expect(y - rows[at]!).toBeGreaterThan(ROW - 1e-6);
      }
    }),
  );
});

test('what is folded is counted where it was folded, and nothing that came to something is lost', () => {
  fc.assert(
    fc.property(size, fc.array(fc.nat(119), { maxLength: 5 }), (given, closed) => {
      const run = runOf(runDocument(given));
      const all = run.document.variants.length;
      const folded = layoutTree(run, { closed: new Set(closed), lost: true }, 1.6).nodes;
      expect(folded.length + folded.reduce((sum, node) => sum + node.folded, 0)).toBe(all);
      const open = new Set(
        layoutTree(run, { closed: new Set(), lost: true }, 1.6).nodes.map(({ variant }) => variant.number),
      );
      for (const variant of run.document.variants)
        if (!isFailed(variant) && !variant.out)
          for (const { number } of ancestry(run, variant.number)) expect(open).toContain(number);
    }),
  );
});

test('a chain of 5,000 is no matter', () => {
  const document = runDocument({ variants: 1, tasks: 1, evaluations: 0 });
  const chain = Array.from({ length: 5_000 }, (_, number) => ({
    ...document.variants[0]!,
    number,
    from: number === 0 ? null : number - 1,
  }));
  expect(layoutTree(runOf({ ...document, variants: chain }), none, 1.6).nodes).toHaveLength(5_000);
});
