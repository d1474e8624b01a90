import { defineConfig } from 'vitest/config';

/**
 * Three projects: `clis` runs agents as npm has them, a gigabyte of them, by a command of its own; `unit` is pure and quick, `integration` runs real Docker, git, HTTP and databases,
 * and the set-up of `integration` makes an engine and the images available before the first test. With
 * HUXLEY_NO_INSTALL=1 it installs nothing, and what needs an engine that isn't there is skipped, with the reason.
 */
export default defineConfig({
  test: {
    reporters: ['default', './test/setup/summary-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{contract,integration,e2e,attack}/**/*.test.ts'],
          globalSetup: ['test/setup/engine.ts'],
          runner: './test/setup/engine-runner.ts',
          testTimeout: 180_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
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
