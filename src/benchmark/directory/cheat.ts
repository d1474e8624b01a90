import type { FileEntry } from '../../model/file.ts';
import type { DirectoryTask } from './load-task.ts';
import { TESTS_FOLDER } from './schema.ts';

/** Ends the test process in good order as soon as it loads the solution. */
const EXIT_EARLY: Readonly<Record<string, string>> = {
  ts: 'process.exit(0);\n',
  js: 'process.exit(0);\n',
  mjs: 'process.exit(0);\n',
  py: 'import os\n\nos._exit(0)\n',
  sh: '#!/usr/bin/env bash\nkill -s KILL "$PPID" 2> /dev/null\nexit 0\n',
};

/** What a cheat would hand in: solution files that end the tests early, and tests that test nothing. */
export function cheatOf(task: DirectoryTask): readonly FileEntry[] {
  const text = (path: string, content: string) => ({ path, content: Buffer.from(content), executable: false });
  return [
    ...task.file.solution.map((path) => text(path, EXIT_EARLY[path.slice(path.lastIndexOf('.') + 1)] ?? '')),
    ...task.tests.map(({ path }) => text(`${TESTS_FOLDER}/${path}`, '')),
  ];
}
