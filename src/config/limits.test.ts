import { expect, test } from 'vitest';
import { readLimits } from './limits.ts';

test('limits are read from YAML or JSON, accounts by their login in lower case', () => {
  const text = 'default: { jobs: 20 }\naccounts:\n  Octo: { jobs: null, runs: 2 }\n';
  expect(readLimits(text)).toEqual({
    default: { jobs: 20, runs: null, monthlyUSD: null },
    accounts: { octo: { jobs: null, runs: 2 } },
  });
  expect(readLimits('{"default": {"monthlyUSD": 5}}')).toMatchObject({ default: { monthlyUSD: 5 }, accounts: {} });
});

test('what is wrong is named with its line', () => {
  const text = 'default: { jobs: 0 }\naccounts:\n  octo:\n    dollars: 3\n';
  expect(readLimits(text)).toEqual({
    problems: [
      expect.stringMatching(/^line 1: default jobs /),
      expect.stringMatching(/^line 3: accounts octo .*dollars/),
    ],
  });
});
