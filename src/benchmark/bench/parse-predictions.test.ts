import { expect, test } from 'vitest';
import { bytesOfText } from '../../model/bytes.ts';
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
    problems: ["p:1: instance_id: 'a' comes again at p:3, which counts"],
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
