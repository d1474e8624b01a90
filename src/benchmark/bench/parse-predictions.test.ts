import { expect, test } from 'vitest';
import { parsePredictions } from './parse-predictions.ts';

const one = { instance_id: 'a', model_name_or_path: 'm', model_patch: 'diff' };

test('lines, arrays and objects by id', () => {
  expect(parsePredictions(`${JSON.stringify(one)}\n\n`, 'p')).toEqual([one]);
  expect(parsePredictions(JSON.stringify([one]), 'p')).toEqual([one]);
  expect(parsePredictions(JSON.stringify({ a: { model_name_or_path: 'm', model_patch: 'diff' } }), 'p')).toEqual([one]);
  expect(parsePredictions('{"instance_id":"a","model_patch":null}', 'p')).toEqual([
    { instance_id: 'a', model_name_or_path: 'unknown', model_patch: '' },
  ]);
});

test.each([
  ['{"instance_id":"a"}\n', 'p:1: model_patch: '],
  ['{"instance_id":"a","model_patch":""}\nnot json\n', 'p:2: is not JSON'],
  [JSON.stringify([one, one]), "p[1]: instance_id: 'a' is there twice"],
  ['', 'p: holds no prediction'],
])('what is broken is named (%#)', (text, message) => {
  expect(() => parsePredictions(text, 'p')).toThrow(message);
});
