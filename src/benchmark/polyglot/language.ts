import type { Runner } from '../grading/plan.ts';
import { readRecords } from '../grading/records.ts';
import { REPORTING, RUNNERS } from '../grading/runners.ts';

/** The languages of Polyglot, by folder name. */
export const LANGUAGES = ['cpp', 'go', 'java', 'javascript', 'python', 'rust'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Code that ends a test process as soon as the solution is loaded, where a line in front can do that. */
export const EXIT_EARLY: Readonly<Partial<Record<Language, string>>> = {
  python: 'import os\nos._exit(0)\n',
  javascript: 'process.exit(0);\n',
};

/** How the tests of an exercise run: pytest for Python, for the others the polyglot image's own runner. */
export function runnerOf(language: Language, tests: readonly string[]): Runner {
  if (language === 'python') return RUNNERS.pytest;
  return {
    name: language,
    command: (files) => [
      ...REPORTING,
      ...['/usr/bin/python3', '-I', '-B', '/opt/huxley/polyglot/run_polyglot.py'],
      language,
      ...files,
    ],
    runs: (path) => tests.includes(path),
    read: readRecords,
  };
}
