import { createHash } from 'node:crypto';
import type { DirectoryTask } from './load-task.ts';

/**
 * `sha256:` over everything of the tasks that an agent sees or a verdict rests on: ids, task files, statements, workspaces,
 * tests, canaries and expected ids. Reference solutions and drafts decide no verdict and stay out.
 */
export function digestTasks(tasks: readonly DirectoryTask[]): string {
  const hash = createHash('sha256');
  const field = (value: string | Uint8Array) => {
    const bytes = Buffer.from(value);
    hash.update(`${bytes.length}:`).update(bytes);
  };
  field('huxley directory suite 2');
  for (const task of tasks) {
    field(task.id);
    // One file until 0.1, and hashed as that: what a run began with keeps its digest.
    field(JSON.stringify({ ...task.file, ...task.rehearsal }));
    field(task.instruction);
    field(task.expected.join('\n'));
    field(JSON.stringify(task.sites));
    for (const part of ['workspace', 'tests', 'canary'] as const) {
      field(`${part} ${task[part].length}`);
      for (const file of task[part]) {
        field(`${file.path}${file.executable ? ' x' : ''}`);
        field(file.content);
      }
    }
  }
  return `sha256:${hash.digest('hex')}`;
}
