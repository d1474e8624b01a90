import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configurationReference } from './reference.ts';

test('docs/configuration.md is what the schema says (npm run docs:config writes it)', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
  expect(page).toBe(configurationReference());
  expect(page).not.toMatch(/\| \|\n/);
});
