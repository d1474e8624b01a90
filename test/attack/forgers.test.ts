import { expect, inject, test } from 'vitest';
import { loadSuiteFolder } from '../../src/benchmark/directory/load-suite.ts';
import { planOf } from '../../src/benchmark/directory/plan.ts';
import { grade } from '../../src/benchmark/grading/grade.ts';
import { KATA_FOLDER } from '../../src/benchmark/kata/folder.ts';
import { projectPath } from '../../src/environment/project.ts';
import { createRng } from '../../src/model/rng.ts';
import { forge } from './forgers.ts';
import { theSandbox } from './tasks.ts';

// A sample of what `npm run bench:forgers` tries a hundred times on twenty katas of each runner.

test.for(['node', 'pytest', 'shell'] as const)(
  '%s: twelve forgers, drawn by a fixed seed, are not called right',
  async (runner) => {
    const folders = [KATA_FOLDER, projectPath('bench', 'forgers', 'tasks')];
    const suites = await Promise.all(folders.map((folder) => loadSuiteFolder(folder)));
    const tasks = suites.flatMap(({ tasks }) => tasks).filter(({ file }) => file.runner === runner);
    const rng = createRng(1, tasks.length);
    const verdicts: string[] = [];
    for (let n = 0; n < 12; n++) {
      const task = tasks[rng.below(tasks.length)]!;
      const files = forge(task, (limit) => rng.below(limit));
      const { verdict } = await grade({ ...planOf(task, inject('sandboxImage'), files), seconds: 5 }, theSandbox());
      verdicts.push(verdict);
      const source = files.map(({ content }) => Buffer.from(content).toString()).join('\n');
      expect(verdict, `${task.id}:\n${source}`).toMatch(/^(unresolved|tampered|timeout)$/);
    }
    expect(verdicts).toHaveLength(12);
  },
);
