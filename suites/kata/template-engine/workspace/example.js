import { fill } from './letter.js';

// Each case: what goes in, what has to come out.
const CASES = [
  [['Dear {{ name }},', { name: 'Ada' }], 'Dear Ada,'],
  [['{{ a.b.c }}!', { a: { b: { c: 0 } } }], '0!'],
  [['{{name|trim|upper}}', { name: ' x ' }], 'X'],
  [['on {{ d | date }}', { d: '2024-03-09' }], 'on 9 March 2024'],
  [['{{#each l}}<{{ this }}>{{/each}}', { l: [1, 2] }], '<1><2>'],
  [['a {{ x }} b', {}], 'a  b'],
  [['{{ constructor }}x', {}], 'x'],
];

let wrong = 0;
for (const [input, expected] of CASES) {
  let actual;
  try {
    actual = JSON.stringify(fill(...input));
  } catch (error) {
    actual = String(error);
  }
  if (actual === JSON.stringify(expected)) continue;
  wrong += 1;
  console.log(`example fails: ${JSON.stringify(input)} gives ${actual}, not ${JSON.stringify(expected)}`);
}
console.log(wrong === 0 ? 'all examples hold' : `${wrong} examples fail`);
process.exitCode = wrong === 0 ? 0 : 1;
