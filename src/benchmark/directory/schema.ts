import { z } from 'zod';
import { FORMATS } from '../grading/command.ts';
import { needSchema } from '../kata/needs.ts';

/** Where the hidden tests are placed, relative to the workspace; a workspace may not use it itself. */
export const TESTS_FOLDER = 'tests';

/** Languages of the runners that Huxley brings. */
const LANGUAGES = ['typescript', 'javascript', 'python', 'shell'];

/** A path inside a folder: relative, `/`-separated, no `.` or `..` segment, nothing hidden in control characters. */
const pathInside = (folder: string) =>
  z
    .string()
    .min(1)
    .max(200)
    .refine((path) => !path.startsWith('/') && !path.split('/').some((part) => ['', '.', '..'].includes(part)), {
      error: `must be a path inside ${folder}, without . or .. segments`,
    })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
    .refine((path) => !/[\u0000-\u001f\\]/.test(path), { error: 'must not hold control characters or backslashes' });

const workspacePath = pathInside('the workspace').refine(
  (path) => path !== TESTS_FOLDER && !path.startsWith(`${TESTS_FOLDER}/`),
  { error: `must not lie in ${TESTS_FOLDER}/: the hidden tests are placed there` },
);

const word = z
  .string()
  .min(1)
  .max(4_000)
  .refine((text) => !text.includes('\0'), { error: 'must not hold NUL' });

const resultsSchema = z
  .strictObject({
    format: z.enum(FORMATS),
    /** Relative to the folder that `HUXLEY_REPORT` names; absent for standard output. */
    file: pathInside('the folder of the report').optional(),
  })
  .refine(({ format, file }) => file !== undefined || format === 'tap' || format === 'go', {
    path: ['file'],
    error: 'is required: only tap and go may come on standard output',
  });

const scaleSchema = z
  .strictObject({
    /** The numbers that make a score of 0 and of 1; the worst one may be the larger. */
    worst: z.number(),
    best: z.number(),
    /** The score that resolves the task. */
    pass: z.number().gt(0).max(1),
  })
  .refine(({ worst, best }) => worst !== best, { path: ['best'], error: 'must differ from `worst`' });

/** What a runner needs to be told, and no other may be. */
const KEYS = { command: ['command', 'score'], results: ['command'], score: ['score'] } as const;

const taskSchema = z.strictObject({
  language: z.string().regex(/^[a-z][a-z0-9+#.-]{0,31}$/, { error: 'must be a lower-case name' }),
  /** Files a solution consists of; nothing else of the agent's work is graded. */
  solution: z.array(workspacePath).min(1).max(20),
  runner: z.enum(['node', 'pytest', 'shell', 'command', 'score']),
  /**
   * Whether the solution runs in a process of its own, apart from the tests. `false` for tests that need it in theirs, e.g. to
   * replace what it imports; they are graded with a canary, as those of runner `command` always are.
   */
  isolate: z.boolean().default(true),
  /** The task's own image, best by digest; otherwise the run's sandbox image. */
  image: z.string().min(1).optional(),
  /** Seconds the hidden tests may take. */
  testSeconds: z.number().min(1).max(600).default(20),
  difficulty: z.enum(['easy', 'medium', 'hard']).default('medium'),
  /** Of runners `command` and `score`: a shell line or an argument vector, run in the workspace. */
  command: z.union([word, z.array(word).min(1).max(200)]).optional(),
  /** Of runner `command`: where its report is, and in which format. */
  results: resultsSchema.optional(),
  /** Of runner `score`: how its number becomes a score. */
  score: scaleSchema.optional(),
});

/** The content of a `task.yml`. */
export const taskFileSchema = z.preprocess(withoutIsolation, taskSchema).superRefine((task, { addIssue }) => {
  const refuse = (key: keyof typeof task, message: string) => addIssue({ code: 'custom', path: [key], message });
  for (const [key, runners] of Object.entries(KEYS) as [keyof typeof KEYS, readonly string[]][])
    if (runners.includes(task.runner) !== (task[key] !== undefined))
      refuse(
        key,
        task[key] === undefined
          ? `is required by runner \`${task.runner}\``
          : `is for runner \`${runners.join('` or `')}\` alone`,
      );
  if (task.runner === 'command' && task.isolate)
    refuse('isolate', 'must be left out: what runner `command` starts is never apart');
  if (task.runner === 'score' && !task.isolate)
    refuse('isolate', 'must be left out: what runner `score` judges is always apart');
  if (task.command === undefined && !LANGUAGES.includes(task.language))
    refuse('language', `must be ${LANGUAGES.join(', ')}, or another one with runner \`command\` or \`score\``);
});

/** Nothing keeps the tests of a command of the author's own apart from the solution. */
function withoutIsolation(given: unknown): unknown {
  const command = typeof given === 'object' && given !== null && 'runner' in given && given.runner === 'command';
  return command ? { isolate: false, ...given } : given;
}

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
