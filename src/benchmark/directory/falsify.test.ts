import { expect, test } from 'vitest';
import { candidates, falsified } from './falsify.ts';

const places = (text: string, ...ids: string[]) => {
  const files = [{ path: 'tests/a', content: Buffer.from(text), executable: false }];
  const lines = text.split('\n');
  return Object.fromEntries(
    Object.entries(candidates('command', files, ids)).map(([id, sites]) => [
      id,
      sites.map(([, line, before]) => `${lines[line]!.trim()} [${before}]`),
    ]),
  );
};

test('of a command, places are lines that name a test and those below it, the last literals first', () => {
  expect(places('check two 2 4\ncheck big 321 642\n', 'two', 'big')).toEqual({
    two: ['check two 2 4 [0]', 'check two 2 4 [1]'],
    big: ['check big 321 642 [0]', 'check big 321 642 [1]'],
  });
  const java =
    'class A {\n  @Test\n  void two() {\n    eq(4, twice(2));\n  }\n  void big() {\n    eq(642, n);\n  }\n}\nx = 7;\n';
  expect(places(java, 'Jupiter > A > two()', 'Jupiter > A > big()')).toEqual({
    'Jupiter > A > two()': ['eq(4, twice(2)); [0]', 'eq(4, twice(2)); [1]'],
    'Jupiter > A > big()': ['eq(642, n); [0]'],
  });
});

test('a place in a subtest is one of the test around it; a name is none, nor is an import', () => {
  const go = 'import "big"\nfunc TestTable(t *testing.T) {\n\t{"minus three", -3, -6},\n}\n';
  const found = places(go, 'm > TestTable', 'm > TestTable/minus_three', 'm > TestBig');
  expect(found).toEqual({
    'm > TestTable': ['{"minus three", -3, -6}, [0]', '{"minus three", -3, -6}, [1]'],
    'm > TestTable/minus_three': ['{"minus three", -3, -6}, [0]', '{"minus three", -3, -6}, [1]'],
  });
  expect(places("test('is 7 [x]', () => eq(f(), 8));", 'is 7 [x]')).toEqual({
    'is 7 [x]': ["test('is 7 [x]', () => eq(f(), 8)); [0]"],
  });
});

test('what is changed is the literal that was found', () => {
  const files = [
    { path: 'tests/run.sh', content: Buffer.from('check two 2 4\ncheck big 321 642\n'), executable: false },
  ];
  const sites = { two: [['tests/run.sh', 0, 0]], big: [['tests/run.sh', 1, 1]] } as const;
  expect(Buffer.from(falsified(files, sites, 'command')[0]!.content).toString()).toBe(
    'check two 2 5\ncheck big 322 642\n',
  );
});
