import { expect, test } from 'vitest';
import { readConfiguration } from '../../config/configuration.ts';
import type { RunSpec } from './spec.ts';
import { parseSpecText, specText } from './spec-text.ts';

const reading = readConfiguration("version: 1\nagent: { solve: 'node `agent`.ts' }\nbenchmark: { suite: tasks }\n");
if (!reading.ok) throw new Error(JSON.stringify(reading.issues));
const spec: RunSpec = {
  issue: 7,
  configuration: reading.configuration,
  defaultBranch: 'main',
  startedBy: 'ada',
  startedAt: '2026-11-29T12:00:00.000Z',
  suiteDigest: null,
};

test('a specification is read back from the text people see, whatever is in it', () => {
  const text = specText(spec);
  expect(text).toMatch(/^Started from issue #7 with this configuration:/);
  expect(text.match(/```/g)).toHaveLength(2);
  expect(parseSpecText(`${text}\n\nmore`)).toEqual(spec);
});

test.each([
  ['none', 'nothing here'],
  ['not JSON', specText(spec).replace('"issue"', 'issue')],
  ['another shape', specText(spec).replace('"issue"', '"number"')],
  ['cut short', specText(spec).slice(0, 200)],
])('a text with %s is refused', (_, text) => {
  expect(() => parseSpecText(text)).toThrow(expect.objectContaining({ code: 'recover.spec' }));
});
