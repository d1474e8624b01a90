import { defineConfig } from 'vitest/config';

/**
 * `npm test` runs `unit`, which is pure and quick, and `integration`, which runs real Docker, git, HTTP and databases. Commands of their
 * own run `long`, files named `*.long.test.ts` that take an hour together, and `clis`, agents as npm has them, a gigabyte of them.
 * The set-up makes an engine and the images available before the first test. With HUXLEY_NO_INSTALL=1 it installs nothing, and what
 * needs an engine that isn't there is skipped, with the reason.
 */
const LONG = '**/*.long.test.ts';
const parts = {
  globalSetup: ['test/setup/engine.ts'],
  runner: './test/setup/engine-runner.ts',
  testTimeout: 180_000,
  hookTimeout: 300_000,
  maxWorkers: 2,
};

export default defineConfig({
  test: {
    reporters: ['default', './test/setup/summary-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/*.test.ts'],
          exclude: [LONG],
          maxWorkers: 2,
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{contract,integration,e2e,attack}/**/*.test.ts'],
          exclude: [LONG],
          ...parts,
          sequence: { groupOrder: 1 },
        },
      },
      { test: { name: 'long', include: [LONG], exclude: ['node_modules'], ...parts } },
      {
        test: {
          name: 'clis',
          include: ['test/clis/**/*.test.ts'],
          globalSetup: ['test/setup/engine.ts'],
          runner: './test/setup/engine-runner.ts',
          fileParallelism: false,
        },
      },
    ],
  },
});
