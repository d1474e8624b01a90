import { formatDuration } from './duration.ts';

const EXAMPLES: [number, string][] = [
  [0, '0 s'],
  [59.4, '59 s'],
  [59.5, '1 min'],
  [61, '1 min 1 s'],
  [3599.9, '1 h'],
  [3661, '1 h 1 min'],
  [86399, '23 h 59 min'],
  [90061, '1 d 1 h'],
  [86461, '1 d'],
];

let wrong = 0;
for (const [seconds, expected] of EXAMPLES) {
  const actual = formatDuration(seconds);
  if (actual === expected) continue;
  wrong += 1;
  console.log(`example fails: ${seconds} seconds is '${expected}', not '${actual}'`);
}
console.log(wrong === 0 ? 'all examples hold' : `${wrong} examples fail`);
process.exitCode = wrong === 0 ? 0 : 1;
