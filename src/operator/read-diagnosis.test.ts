import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_PREDICTIONS } from '../model/memory/prediction.ts';
import { type DiagnosisText, readDiagnosis } from './read-diagnosis.ts';

const right: DiagnosisText = {
  summary: 'It stops early: `{ "a": 1 }` was in the file.',
  considered: ['Loop', 'Retry }'],
  title: 'Go on until the tests pass',
  proposal: 'In `agent.ts`:\n\n```ts\nwhile (true) { step(); }\n```',
};
const draft = { ...right, title: 'A draft' };
const json = JSON.stringify(right);
const pretty = JSON.stringify(right, null, 2);

test.each<[string, unknown]>([
  ['as it was asked for', json],
  ['over several lines', pretty],
  ['with a byte order mark', `\uFEFF${json}`],
  ['in a Markdown fence', `\`\`\`json\n${pretty}\n\`\`\``],
  ['in a fence without a name, in tildes', `~~~\n${pretty}\n~~~`],
  ['in a fence within the proposal’s own fences', `Here:\n\n\`\`\`\`json\n${pretty}\n\`\`\`\`\n`],
  ['after thoughts', `<think>Maybe {this}? Or {"title": 1}?</think>\n${json}`],
  ['after thoughts that hold a draft', `<think>${JSON.stringify(draft)}</think>\n\n${json}`],
  ['after thoughts whose beginning is not there', `so let me answer</think>${json}`],
  ['after thoughts in capitals', `<Thinking>hm</Thinking> ${json}`],
  ['within thoughts, where nothing follows', `<think>${json}</think>`],
  ['with prose around it', `Sure! Here is {what} I found.\n${json}\nLet me know if {anything} is unclear.`],
  ['after a draft', `First: ${JSON.stringify(draft)}\nBetter: ${json}`],
  ['before an object of another kind', `${json}\n{"confidence": 0.9}`],
  ['in another object', JSON.stringify({ diagnosis: right })],
  ['in a list', `[${json}]`],
  ['with keys nobody asked for', JSON.stringify({ confidence: 1, ...right, steps: [{ a: 1 }] })],
  ['as parts of content', [{ type: 'text', text: json }]],
  [
    'split over parts of content',
    [
      { type: 'text', text: json.slice(0, 40) },
      { type: 'output_text', text: json.slice(40) },
    ],
  ],
  [
    'beside a part that is no text',
    [
      { type: 'reasoning', summary: [] },
      { type: 'text', text: json },
    ],
  ],
  ['with line breaks as they are inside its texts', pretty.replaceAll('\\n', '\n')],
])('a diagnosis %s is read', (_, content) => {
  expect(readDiagnosis(content)).toEqual(right);
});

test.each<[string, unknown, RegExp]>([
  ['nothing', '', /is empty/],
  ['null, as servers send beside a refusal', null, /is empty/],
  ['parts without text', [{ type: 'image' }], /is empty/],
  ['prose alone', 'I would retry.', /no JSON object/],
  [
    'single quotes, which no JSON has',
    "{'summary': 'x', 'considered': [], 'title': 'x', 'proposal': 'x'}",
    /no JSON object/,
  ],
  ['half an object', json.slice(0, -5), /no JSON object/],
  ['another shape', '{"title": "x"}', /has not the shape asked for .*summary/],
  ['a text where a list belongs', JSON.stringify({ ...right, considered: 'x' }), /considered/],
  ['an empty title', JSON.stringify({ ...right, title: ' \n' }), /empty title or proposal/],
])('%s is no diagnosis, and why is said', (_, content, why) => {
  expect(readDiagnosis(content)).toMatch(why);
});

const told = (predicted: unknown) => {
  const found = readDiagnosis(JSON.stringify({ ...right, predicted }));
  return typeof found === 'string' ? found : found.predicted;
};

test('predictions are read as far as they are predictions; what else stands there is no harm', () => {
  const good = { task: 2, change: 'fix', chance: 0.7 };
  expect(told([good])).toEqual([good]);
  expect(told([{ ...good, why: '@everyone </data>' }])).toEqual([good]);
  for (const chance of [-0.1, 1.01, 70, '0.7', null]) expect(told([{ ...good, chance }, good])).toEqual([good]);
  for (const task of [1.5, 'task 2', '../key', null]) expect(told([{ ...good, task }])).toBe(undefined);
  for (const change of ['improve', ['fix'], null]) expect(told([{ ...good, change }])).toBe(undefined);
  for (const none of [undefined, null, [], {}, 'task 1 will be fixed', [null, 'x', [good]]])
    expect(told(none)).toBe(undefined);
  expect(told(Array(500).fill(good))).toHaveLength(MAX_PREDICTIONS);
  fc.assert(
    fc.property(fc.jsonValue(), (predicted) => {
      expect(typeof readDiagnosis(JSON.stringify({ ...right, predicted }))).toBe('object');
    }),
  );
});

test('whatever a model writes around it, the diagnosis is found; whatever it writes instead, nothing throws', () => {
  const noise = fc.string({ unit: fc.constantFrom('{', '}', '"', '\\', '[', ']', 'a', '\n', '`', ' ') });
  fc.assert(
    fc.property(noise, noise, (before, after) => {
      fc.pre(!before.includes('{') && !after.includes('{'));
      expect(readDiagnosis(`${before}${json}${after}`)).toEqual(right);
    }),
  );
  fc.assert(fc.property(noise, (text) => void readDiagnosis(text)));
  fc.assert(fc.property(fc.jsonValue(), (content) => void readDiagnosis(content)));
  expect(readDiagnosis('{'.repeat(400_000))).toMatch(/no JSON object/);
});
