import { tokens } from './tokens.ts';

// Each case: what goes in, what has to come out.
const CASES = [
  ['a1 <= 2', ['name a1 0', 'operator <= 3', 'number 2 6']],
  ['1_000.5', ['number 1000.5 0']],
  ['0x1F', ['number 31 0']],
  ['.5', ['number 0.5 0']],
  ["'it''s' x", ['string it\'s 0', 'name x 8']],
  ['a->b // c', ['name a 0', 'operator -> 1', 'name b 3']],
  ['a\nb', ['name a 0', 'name b 2']],
];

let wrong = 0;
for (const [input, expected] of CASES) {
  let actual;
  try {
    actual = JSON.stringify(tokens(input as string).map(({ kind, text, at }) => `${kind} ${text} ${at}`));
  } catch (error) {
    actual = String(error);
  }
  if (actual === JSON.stringify(expected)) continue;
  wrong += 1;
  console.log(`example fails: ${JSON.stringify(input)} gives ${actual}, not ${JSON.stringify(expected)}`);
}
console.log(wrong === 0 ? 'all examples hold' : `${wrong} examples fail`);
process.exitCode = wrong === 0 ? 0 : 1;
