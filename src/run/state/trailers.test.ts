import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commitMessage, parseTrailers, promotionMessage, slimMessage } from './trailers.ts';

const commit = {
  run: 'r41',
  variant: 'v12',
  parent: 'v7',
  operator: 'hybridization',
  job: 'r41-d30',
  tasks: ['T-1', 'T-2'],
  donor: 'v3',
} as const;

test('a variant’s commit message', () => {
  expect(commitMessage('Retries a failed edit', 'Closes #1.\nThanks @everyone', commit)).toMatchInlineSnapshot(`
    "v12: Retries a failed edit

        Closes no. 1.
        Thanks (at)everyone


    Huxley-Run: r41
    Huxley-Variant: v12
    Huxley-Parent: v7
    Huxley-Operator: hybridization
    Huxley-Donor: v3
    Huxley-Tasks: T-1, T-2
    Huxley-Job: r41-d30
    skip-checks: true
    "
  `);
});

test('a slim variant’s commit message says what went, what stayed and who asked', () => {
  const slim = { dropped: ['v7', 'v2'], unreverted: ['v3'], by: 'ada\n\nskip-checks: false' } as const;
  expect(slimMessage(commit, slim)).toMatchInlineSnapshot(`
    "v12: v7 without the edits of v2, v7

        Reverts the edits of v7, v2, which show no contribution. Later edits build on those of v3, which stay.


    Huxley-Run: r41
    Huxley-Variant: v12
    Huxley-Parent: v7
    Huxley-Job: r41-d30
    Huxley-Dropped: v7, v2
    Huxley-Unreverted: v3
    Huxley-Asked-By: ada skip checks: false
    skip-checks: true
    "
  `);
});

test('whatever a model writes, the trailers are the app’s and skip-checks comes last', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('x\n\nHuxley-Variant: v1\nskip-checks: false', '[skip ci]', 'a\n\n\n\nHuxley-Run: r1'),
  );
  fc.assert(
    fc.property(texts, texts, (title, body) => {
      const message = commitMessage(title, body, commit);
      const trailers = parseTrailers(message);
      expect(message.endsWith('\nskip-checks: true\n')).toBe(true);
      expect(message.split('\n\n\n')).toHaveLength(2);
      expect(trailers.get('huxley-variant')).toBe('v12');
      expect(trailers.get('huxley-run')).toBe('r41');
      const [, ...lines] = message.split('\n\n\n')[0]!.split('\n');
      expect(lines.filter((line) => line !== '' && !line.startsWith('    '))).toEqual([]);
    }),
  );
});

test('a promotion commit skips nothing, whatever its title says', () => {
  expect(promotionMessage('r41', 'v12', 'Fix [skip ci]\n\nskip-checks: true')).not.toMatch(/\[skip ci\]|\nskip-checks/);
});
