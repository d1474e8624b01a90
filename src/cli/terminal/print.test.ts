import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clip, shellCommand, wrap } from './print.ts';

test('a shell reads printed commands back as they were meant', () => {
  expect(shellCommand('git', '-C', '/home/ada/my agents/a', 'show')).toBe("git -C '/home/ada/my agents/a' show");
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ minLength: 1 }).filter((word) => !word.includes('\0')),
        { minLength: 1, maxLength: 4 },
      ),
      (words) => {
        const read = execFileSync('sh', ['-c', `printf '%s\\0' ${shellCommand(...words)}`], { encoding: 'utf8' });
        expect(read.split('\0').slice(0, -1)).toEqual(words);
      },
    ),
    { numRuns: 40 },
  );
});

test('lines are broken between words alone, and lose none', () => {
  const words = fc.array(fc.stringMatching(/^\S{1,30}$/), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(words, fc.integer({ min: 20, max: 120 }), (all, columns) => {
      const wrapped = wrap(all.join(' '), columns);
      expect(wrapped.split(/\s+/)).toEqual(all);
      for (const line of wrapped.split('\n')) expect(line.length < columns || !/\S\s+\S/.test(line.trim())).toBe(true);
    }),
  );
  expect(wrap('12:00:00  v0 resolves 2/8 search tasks, not calc-eval, clamp-range', 40)).toBe(
    '12:00:00  v0 resolves 2/8 search tasks,\n          not calc-eval, clamp-range',
  );
});

test('a line of the tree that is too long ends with a word and an ellipsis', () => {
  expect(clip('r1  measuring the root 8/32  rehearsal model', 40)).toBe('r1  measuring the root 8/32  rehearsal…');
  expect(clip('short', 40)).toBe('short');
  expect([...clip('x'.repeat(100), 40)]).toHaveLength(39);
});
