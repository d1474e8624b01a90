import { tree } from './tree.ts';

// Each case: what goes in, what has to come out.
const CASES = [
  [['b.txt', 'a/x.ts'], ['├─ a/', '│  └─ x.ts', '└─ b.txt']],
  [['a/b/c.ts'], ['└─ a/b/', '   └─ c.ts']],
  [['a/z', 'a/b/y', 'a/b/x'], ['└─ a/', '   ├─ b/', '   │  ├─ x', '   │  └─ y', '   └─ z']],
  [['a', 'a'], ['└─ a']],
  [['B', 'a', 'C/'], ['├─ C/', '├─ B', '└─ a']],
];

let wrong = 0;
for (const [input, expected] of CASES) {
  let actual;
  try {
    actual = JSON.stringify(tree(input as never));
  } catch (error) {
    actual = String(error);
  }
  if (actual === JSON.stringify(expected)) continue;
  wrong += 1;
  console.log(`example fails: ${JSON.stringify(input)} gives ${actual}, not ${JSON.stringify(expected)}`);
}
console.log(wrong === 0 ? 'all examples hold' : `${wrong} examples fail`);
process.exitCode = wrong === 0 ? 0 : 1;
