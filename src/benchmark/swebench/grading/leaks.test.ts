import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answersIn, needlesOf, visibleTo } from './leaks.ts';

const file = (path: string, text: string) => ({ path, content: Buffer.from(text), executable: false });
const patchOf = (path: string, removed: readonly string[], added: readonly string[]) =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,${removed.length} +1,${added.length} @@\n${removed.map((line) => `-${line}\n`).join('')}${added.map((line) => `+${line}\n`).join('')}`;

test('every line that is looked for is in the patch, as it stands or in JSON', () => {
  const lines = fc.array(fc.string({ unit: 'grapheme' }).filter((line) => !/[\n\r]/.test(line)));
  fc.assert(
    fc.property(lines, lines, (removed, added) => {
      const patch = patchOf('a.py', removed, added);
      const { lines: needles, whole } = needlesOf(patch);
      for (const line of needles) {
        expect(patch.split('\n')).toContain(line);
        if (!whole) expect(JSON.stringify({ patch })).toContain(line);
      }
      expect(needles.length > 0).toBe([...removed, ...added].some((line) => `+${line}`.trim().length > 1));
    }),
  );
});

test('headers are no lines of a fix, and short ones are looked for whole', () => {
  expect(needlesOf(patchOf('a.py', ['x = 1'], ['x = 2', '']))).toEqual({ lines: ['-x = 1', '+x = 2'], whole: true });
  expect(needlesOf('')).toEqual({ lines: [], whole: true });
});

test('an agent finds no copy of what the bug changes, nor of the tests that show it', () => {
  const right = `def double(number):\n    return number * 2\n${'#'.repeat(64)}\n`;
  const wrong = right.replace('* 2', '+ 2');
  const tests = `import calc\n${'#'.repeat(64)}\n`;
  const instance = {
    bug: patchOf('calc/core.py', ['    return number * 2'], ['    return number + 2']),
    hidden: ['tests/test_core.py'],
  };
  const beside = [
    file('build/lib/calc/core.py', right),
    file('build/lib/tests/test_core.py', tests),
    file('calc/__pycache__/core.cpython-39.pyc', 'compiled'),
    file('calc/__pycache__/core.cpython-39.opt-1.pyc', 'compiled'),
    file('tests/__pycache__/test_core.cpython-39-pytest-8.0.0.pyc', 'compiled'),
  ];
  const kept = [
    file('calc/other.py', right),
    file('calc/__pycache__/other.cpython-39.pyc', 'compiled'),
    file('lib/core.py', wrong),
  ];
  const held = [file('calc/core.py', right), file('tests/test_core.py', tests), ...beside, ...kept];
  const answers = answersIn(held, instance);
  expect(answers.map(({ path }) => path)).toEqual(['calc/core.py', 'tests/test_core.py']);
  const bugged = held.map((one) => (one.path === 'calc/core.py' ? file(one.path, wrong) : one));
  expect(visibleTo(bugged, answers, instance)).toEqual([file('calc/core.py', wrong), ...kept]);
  expect(answersIn(held, { hidden: ['calc/core.py'] })).toEqual([]);
  expect(visibleTo(held, [], {})).toEqual(held);
});
