import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDrop } from '../drop.ts';
import { answerOf, collectNames, leakIn } from './answer.ts';
import { statementOf } from './clean.ts';

const known = new Set<string>();
for (const text of ['function parse(input, options) { return input; }', 'parseArray']) collectNames(text, known);
const answer = answerOf(
  known,
  [
    {
      before: 'function parse(input) {\n}\n',
      after: 'function parse(input) {\n  const hiddenLimit = clampDepth(input);\n  return options.maxDepth;\n}\n',
    },
  ],
  [
    {
      path: 'test/parse.test.js',
      before: '',
      after: "test('refuses inputs nested too deep', () => {\n  parse('', { maxDepth: 1 });\n});\n",
    },
  ],
);
const clean = (title: string, body = '') => statementOf({ title, body }, answer);

test('what of a fix is its answer, and what has to be said', () => {
  expect([...answer.names].toSorted()).toEqual(['clampDepth', 'hiddenLimit']);
  expect(answer.asked).toEqual(['maxDepth']);
  expect([...answer.lines]).toEqual(['consthiddenLimit=clampDepth(input);', 'returnoptions.maxDepth;']);
  expect(answer.tests).toEqual(['refuses inputs nested too deep']);
  expect(answer.files).toEqual(['test/parse.test.js', 'parse.test.js']);
});

const FINE = 'Deeply nested inputs overflow the stack';
test.each([
  ['a commit', 'It broke in 1a2b3c4d.'],
  ['a link', 'See https://example.com/o/r/pull/12 for the fix.'],
  ['a line', 'Now `const hiddenLimit  =  clampDepth(input);` does it.'],
  ['a line in a block', '```js\nreturn options.maxDepth;\n```'],
  ['a name', 'The function clampDepth does it.'],
  ['a test', 'It refuses inputs nested too deep.'],
  ['a file', 'The case is in test/parse.test.js.'],
])('takes out %s that gives the answer away', (_, sentence) => {
  expect(clean(FINE, `The parser calls itself.\n\n${sentence}\n\nUsers see a crash.`)).toMatchObject({
    text: `# ${FINE}\n\nThe parser calls itself.\n\nUsers see a crash.`,
    removed: [expect.any(String)],
  });
});

test.each([
  ['statement-empty', 'Fix typo', ''],
  ['statement-empty', 'fix: #12', 'Closes #12\n\nSigned-off-by: A <a@example.com>\n- [x] I have read the guide'],
  ['statement-empty', 'Update tests', 'Add tests for it.'],
  ['statement-leaks', 'Use clampDepth for hiddenLimit of inputs', ''],
  ['statement-leaks', 'Fix it', 'Call clampDepth before parsing the input.'],
])('%s: %s', (reason, title, body) => {
  expect(clean(title, body)).toMatchObject({ reason });
});

test('a name that is a word like others is taken for code where it is written as code', () => {
  const plain = { ...answer, names: new Set(['clamp']) };
  expect(statementOf({ title: FINE, body: 'A clamp would help the parser.' }, plain)).toMatchObject({ removed: [] });
  for (const body of ['Call `clamp` first.', 'It uses clamp(input) now.', 'It is in util.clamp now.'])
    expect(statementOf({ title: FINE, body }, plain)).toMatchObject({ text: `# ${FINE}` });
});

test('what is about tests is kept where they are what the change is about', () => {
  expect(clean('Add support for test filters')).toMatchObject({ text: '# Add support for test filters' });
  expect(clean(FINE, 'Also adds regression tests for it.')).toMatchObject({ text: `# ${FINE}` });
});

test('leaves out what belongs to how a change was made', () => {
  expect(
    clean(
      'fix(parser): deeply nested inputs overflow the stack (#12)',
      'The parser calls itself\nfor every bracket. Closes #7.\n\n<!-- template -->\n- [ ] tests added\n\nAdded a regression test.\n\nCo-Authored-By: C <c@example.com>\nCo-authored-by: B <b@example.com>',
    ),
  ).toMatchObject({
    text: '# Deeply nested inputs overflow the stack\n\nThe parser calls itself for every bracket.',
    removed: [],
  });
});

test('whatever people write, a statement gives nothing of the answer away, and is one already', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'const hiddenLimit = clampDepth(input);',
      'hiddenLimit',
      'return options.maxDepth;',
      'Refuses inputs nested',
      'too deep.',
      'test/parse.test.js',
      'deadbeef1',
      'https://x.org/o/r/commit/1',
      '```',
      '\n',
      '\n\n',
      '- ',
      '<!--',
      '. ',
      'Inputs overflow the stack',
      '# ',
    ),
    fc.string({ maxLength: 12 }),
  );
  const text = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(' '));
  fc.assert(
    fc.property(text, text, (title, body) => {
      const result = clean(title.split('\n')[0]!, body);
      if (isDrop(result)) return;
      expect(leakIn(result.text, answer)).toBe(null);
      expect(result.text.trim()).not.toBe('');
    }),
  );
});
