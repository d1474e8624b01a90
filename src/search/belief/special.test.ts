import { expect, test } from 'vitest';
import { betaCdf, betaQuantile, binomialPmf, logGamma, normalCdf, normalQuantile } from './special.ts';

test('values from tables', () => {
  expect(logGamma(10)).toBeCloseTo(Math.log(362_880), 10);
  expect(betaCdf(0.3, 2, 5)).toBeCloseTo(0.579825, 6);
  expect(betaCdf(0.9, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(0.9)), 10);
  expect(betaQuantile(0.05, 1, 1)).toBeCloseTo(0.05, 10);
  expect(betaCdf(betaQuantile(0.975, 31, 11), 31, 11)).toBeCloseTo(0.975, 9);
  expect(normalCdf(1.959964)).toBeCloseTo(0.975, 6);
  expect(normalCdf(-8)).toBeCloseTo(6.22096e-16, 20);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 6);
  expect(normalCdf(normalQuantile(1e-9))).toBeCloseTo(1e-9, 15);
  expect(binomialPmf(3, 10, 0.2)).toBeCloseTo(0.201326592, 9);
});
