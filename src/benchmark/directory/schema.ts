import { z } from 'zod';
import { needSchema } from '../kata/needs.ts';

/** Where the hidden tests are placed, relative to the workspace; a workspace may not use it itself. */
export const TESTS_FOLDER = 'tests';

/** A path inside the workspace: relative, `/`-separated, no `.` or `..` segment, nothing hidden in control characters. */
const workspacePath = z
  .string()
  .min(1)
  .max(200)
  .refine((path) => !path.startsWith('/') && !path.split('/').some((part) => ['', '.', '..'].includes(part)), {
    error: 'must be a path inside the workspace, without . or .. segments',
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  .refine((path) => !/[\u0000-\u001f\\]/.test(path), { error: 'must not hold control characters or backslashes' })
  .refine((path) => path !== TESTS_FOLDER && !path.startsWith(`${TESTS_FOLDER}/`), {
    error: `must not lie in ${TESTS_FOLDER}/: the hidden tests are placed there`,
  });

/** The content of a `task.yml`. */
export const taskFileSchema = z.strictObject({
  language: z.enum(['typescript', 'javascript', 'python', 'shell']),
  /** Files a solution consists of; nothing else of the agent's work is graded. */
  solution: z.array(workspacePath).min(1).max(20),
  runner: z.enum(['node', 'pytest', 'shell']),
  /**
   * Whether the solution runs in a process of its own, apart from the tests. `false` for tests that need it in theirs, e.g. to
   * replace what it imports; they are graded with a canary.
   */
  isolate: z.boolean().default(true),
  /** The task's own image, best by digest; otherwise the run's sandbox image. */
  image: z.string().min(1).optional(),
  /** Seconds the hidden tests may take. */
  testSeconds: z.number().min(1).max(600).default(20),
  difficulty: z.enum(['easy', 'medium', 'hard']).default('medium'),
});

export type TaskFile = z.infer<typeof taskFileSchema>;

/** The content of a `rehearsal.yml`: what only the rehearsal model reads. */
export const rehearsalFileSchema = z
  .strictObject({
    needs: z.array(needSchema).max(6).default([]),
    /** Workspace files the statement names and whose content decides; for the need `neighbours`. */
    neighbours: z.array(workspacePath).max(5).default([]),
    /** A visible check, run in the workspace, and what it prints when the draft fails it; for the need `failing-output`. */
    example: z.strictObject({ command: z.string().min(1), prints: z.string().min(1) }).optional(),
  })
  .refine((task) => !task.needs.includes('neighbours') || task.neighbours.length > 0, {
    path: ['neighbours'],
    error: 'is required by the need `neighbours`',
  })
  .refine((task) => !task.needs.includes('failing-output') || task.example !== undefined, {
    path: ['example'],
    error: 'is required by the need `failing-output`',
  });

export type RehearsalFile = z.infer<typeof rehearsalFileSchema>;
