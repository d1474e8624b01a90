import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { inject, type RunnerTask, type RunnerTestFile, TestRunner } from 'vitest';

/** Skips, with the reason, the files that need a Docker engine where there is none and none may be installed. */
export default class EngineRunner extends TestRunner {
  onCollected(files: RunnerTestFile[]): void {
    const why = inject('engineMissing');
    if (why === null) return;
    for (const file of files) if (needsEngine(file.filepath)) file.tasks.forEach((task) => void skip(task, why));
  }
}

function skip(task: RunnerTask, note: string): void {
  task.mode = 'skip';
  if (task.type === 'suite') for (const each of task.tasks) skip(each, note);
  else task.result = { state: 'skip', note } as RunnerTask['result'] & object;
}

const known = new Map<string, boolean>();

/** Whether a file of the tests, or one of theirs that it imports, asks for the engine or starts what needs one. */
function needsEngine(path: string): boolean {
  const before = known.get(path);
  if (before !== undefined) return before;
  known.set(path, false);
  const text = readFileSync(path, 'utf8');
  const imports = [...text.matchAll(/from '(\.{1,2}\/[^']+)'/g)].map(([, to]) => resolve(dirname(path), to!));
  const needs =
    /inject\('(engineSocket|sandboxImage)'\)|ensureEngine|ownEngine|'demo'/.test(text) ||
    imports.some((each) => each.includes('/test/') && needsEngine(each));
  known.set(path, needs);
  return needs;
}
