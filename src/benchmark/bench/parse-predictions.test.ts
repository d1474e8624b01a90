import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOfText } from '../../model/bytes.ts';
import type { HuxleyError } from '../../model/error.ts';
import { parsePredictions } from './parse-predictions.ts';

const one = { instance_id: 'a', model_name_or_path: 'm', model_patch: 'diff' };

function read(file: Uint8Array | string) {
  const problems: string[] = [];
  const predictions = parsePredictions(file, 'p', ({ message }) => problems.push(message));
  return { predictions, problems };
}

test('lines, arrays, objects by id, and one alone', () => {
  for (const text of [
    `${JSON.stringify(one)}\n\n`,
    JSON.stringify([one]),
    JSON.stringify({ a: { model_name_or_path: 'm', model_patch: 'diff' } }),
    JSON.stringify({ a: one }),
    JSON.stringify(one, undefined, 2),
  ])
    expect(read(text)).toEqual({ predictions: [one], problems: [] });
  expect(read('{"instance_id":"a","model_patch":null}').predictions).toEqual([
    { instance_id: 'a', model_name_or_path: 'unknown', model_patch: '' },
  ]);
});

test('the last entry of an instance counts', () => {
  const later = { ...one, model_patch: 'later' };
  const other = { ...one, instance_id: 'b' };
  const lines = [one, other, later].map((entry) => JSON.stringify(entry)).join('\n');
  expect(read(lines)).toEqual({
    predictions: [other, later],
    problems: ["p:1: instance_id: 'a' appears again at p:3, which counts"],
  });
});

test('files as tools write them: a mark of byte order, CRLF, NaN in a field that is not read, bytes that are no UTF-8', () => {
  const line = JSON.stringify(one);
  expect(read(Buffer.from(`\ufeff${line}\r\n`))).toEqual({ predictions: [one], problems: [] });
  expect(read(`\ufeff[${line}]`).predictions).toEqual([one]);
  expect(read(`${line.slice(0, -1)}, "cost": NaN, "x": [-Infinity, "NaN \\" NaN"]}`).predictions).toEqual([one]);
  const bytes = Buffer.concat([
    Buffer.from('{"instance_id":"a","model_name_or_path":"m","model_patch":"caf'),
    Buffer.from([0xe9]),
    Buffer.from('"}'),
  ]);
  expect(bytesOfText(read(bytes).predictions[0]!.model_patch)).toEqual(Buffer.from('café', 'latin1'));
  const escaped = String.raw`{"instance_id":"a","model_patch":"caf\udce9"}`;
  expect(bytesOfText(read(escaped).predictions[0]!.model_patch)).toEqual(Buffer.from('café', 'latin1'));
});

test('one that cannot be used spoils none of the others', () => {
  const lines = ['{"instance_id":"b"}', 'not json', '[]', '7', JSON.stringify(one)].join('\n');
  expect(read(lines)).toEqual({
    predictions: [one],
    problems: [
      expect.stringMatching(/^p:1: model_patch: .*; left out$/),
      'p:2: is not JSON; left out',
      expect.stringMatching(/^p:3: .*; left out$/),
      expect.stringMatching(/^p:4: .*; left out$/),
    ],
  });
  expect(read(JSON.stringify({ b: 'x', a: one })).predictions).toEqual([one]);
});

test.each(['', '[]', '{}', 'not json\n'])('a file without any is refused: %j', (text) => {
  expect(() => read(text)).toThrow('p: holds no prediction');
});

test.each<[string, unknown]>([
  ['SWE-bench Pro’s', [{ instance_id: 'a', patch: 'diff', prefix: 'm' }]],
  ['with a key of its own', { instance_id: 'a', prediction: 'diff', model_name_or_path: 'm' }],
  ['mini-swe-agent’s preds.json', { a: { model_name_or_path: 'm', instance_id: 'a', model_patch: 'diff' } }],
  [
    'OpenHands’ output.jsonl',
    {
      instance_id: 'a',
      instance: { patch: 'gold' },
      test_result: { git_patch: 'diff' },
      metadata: { llm_config: { model: 'm' } },
      error: null,
    },
  ],
  ['under predictions', { name: 'a run', predictions: [one] }],
  ['with a row of the dataset around it', { ...one, patch: 'gold', test_patch: 'tests', FAIL_TO_PASS: '[]' }],
])('predictions as tools write them: %s', (_, value) => {
  for (const text of [JSON.stringify(value), JSON.stringify(value, undefined, 2), `\ufeff${JSON.stringify(value)}\r\n`])
    expect(read(text)).toEqual({ predictions: [one], problems: [] });
  expect(read(Buffer.from(`\ufeff${JSON.stringify(value)}`, 'utf16le')).predictions).toEqual([one]);
});

test('Multi-SWE-bench’s, patches alone by instance, and empty ones', () => {
  expect(read('{"org":"cli","repo":"cli","number":10388,"fix_patch":"diff"}\n').predictions).toEqual([
    { instance_id: 'cli__cli-10388', model_name_or_path: 'unknown', model_patch: 'diff' },
  ]);
  const patch = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n';
  expect(read(JSON.stringify({ a: patch, b: null, c: '' })).predictions.map((found) => found.model_patch)).toEqual([
    patch,
    '',
    '',
  ]);
  expect(read('{"instance_id":"a","test_result":{"git_patch":null}}').predictions[0]!.model_patch).toBe('');
});

test('a row of a dataset is no prediction: its patch is the reference fix', () => {
  const row = { instance_id: 'b', patch: 'gold', test_patch: 'tests', problem_statement: 'x' };
  expect(read(`${JSON.stringify(row)}\n${JSON.stringify(one)}`)).toEqual({
    predictions: [one],
    problems: ['p:1: test_patch: belongs to a row of a dataset, whose patch is the reference fix; left out'],
  });
  for (const wrong of [{ instance_id: 'b' }, { model_patch: 'x' }, { instance_id: 'b', model_patch: ['x'] }])
    expect(read(`${JSON.stringify(wrong)}\n${JSON.stringify(one)}`).problems).toEqual([
      expect.stringMatching(/^p:1: (model_patch|instance_id): .*; left out$/),
    ]);
});

test('whatever is given, an error names the file', () => {
  const piece = fc.oneof(
    fc.constantFrom('{', '}', '[', ']', '"instance_id"', ':', ',', '"a"', '\n', 'null'),
    fc.json(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      try {
        for (const { instance_id, model_patch } of read(pieces.join('')).predictions)
          expect([typeof instance_id, typeof model_patch]).toEqual(['string', 'string']);
      } catch (error) {
        expect((error as HuxleyError).message).toBe('p: holds no prediction');
      }
    }),
  );
});
