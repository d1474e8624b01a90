import { table } from './table.ts';

// Each case: what goes in, what has to come out.
const CASES = [
  [[['name', 'n'], ['a', 1], ['bcd', 22]], ['name   n', '----  --', 'a      1', 'bcd   22']],
  [[['k'], ['x', 'y']], ['k', '-  -', 'x  y']],
  [[['v'], [1.5], [10], [-0.25]], ['    v', '-----', ' 1.50', '10.00', '-0.25']],
  [[['v'], [1], ['-']], ['v', '-', '1', '-']],
  [[], []],
];

let wrong = 0;
for (const [input, expected] of CASES) {
  let actual;
  try {
    actual = JSON.stringify(table(input as never));
  } catch (error) {
    actual = String(error);
  }
  if (actual === JSON.stringify(expected)) continue;
  wrong += 1;
  console.log(`example fails: ${JSON.stringify(input)} gives ${actual}, not ${JSON.stringify(expected)}`);
}
console.log(wrong === 0 ? 'all examples hold' : `${wrong} examples fail`);
process.exitCode = wrong === 0 ? 0 : 1;
