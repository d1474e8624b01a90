import { range } from './dice.js';

// Each case: what goes in, what has to come out.
const CASES = [
  ['3d6', [3, 18]],
  ['d20', [1, 20]],
  ['2d6+3', [5, 15]],
  ['2d6 - 1d4', [-2, 11]],
  ['d%', [1, 100]],
  ['4d6k3', [3, 18]],
  ['2dF', [-2, 2]],
  ['2d6*10', [20, 120]],
  ['7', [7, 7]],
  ['1d4 + 2d6*10 - 1', [20, 123]],
];

let wrong = 0;
for (const [input, expected] of CASES) {
  let actual;
  try {
    actual = JSON.stringify(range(input));
  } catch (error) {
    actual = String(error);
  }
  if (actual === JSON.stringify(expected)) continue;
  wrong += 1;
  console.log(`example fails: ${JSON.stringify(input)} gives ${actual}, not ${JSON.stringify(expected)}`);
}
console.log(wrong === 0 ? 'all examples hold' : `${wrong} examples fail`);
process.exitCode = wrong === 0 ? 0 : 1;
