import { z } from 'zod';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError, messageOf } from '../model/error.ts';

/** Where a repository says which tasks of a published benchmark it is measured on. */
export const SUITE_LOCK_PATH = '.github/huxley-suite.json';

const schema = z.strictObject({
  version: z.literal(1),
  /** As `benchmark.suite` names it. */
  suite: z.string().min(1),
  /** Of the whole suite as it was locked; a worker that opens another one refuses its orders. */
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be a sha256 digest'),
  /** Those of the suite's tasks that are used. */
  tasks: z
    .array(z.string().min(1).max(200))
    .min(2, 'names fewer than two tasks')
    .refine((tasks) => new Set(tasks).size === tasks.length, 'names a task twice'),
  /** The git repository and commit workers fetch the suite from; none for a suite that is fetched by its name. */
  source: z
    .strictObject({
      repository: z.url({ protocol: /^(https?|file)$/ }),
      commit: z.string().regex(/^[0-9a-f]{40}$/, 'must be a full commit'),
    })
    .optional(),
});

/** What the App knows of a suite that it does not have: what was found where it was locked, with `huxley bench lock`. */
export type SuiteLock = z.infer<typeof schema>;

/** @throws HuxleyError `suite.lock` when there is none, it is damaged, or it is another suite's. */
export function parseSuiteLock(text: string | null, suite: string): SuiteLock {
  const remedy = `Make it with ${commandLine(`bench lock ${suite}${suite === 'polyglot' ? ' --path CHECKOUT' : ''} > ${SUITE_LOCK_PATH}`)} and commit it (docs/suites.md).`;
  const wrong = (what: string) => new HuxleyError('suite.lock', `${SUITE_LOCK_PATH} ${what}.`, remedy);
  if (text === null) throw wrong(`is missing, which names the tasks of \`${suite}\``);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw wrong(`is not JSON: ${messageOf(error)}`);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw wrong(`cannot be used: ${issue.path.join('.') || 'the file'} ${issue.message}`);
  }
  if (parsed.data.suite !== suite) throw wrong(`is for \`${parsed.data.suite}\`, not for \`${suite}\``);
  return parsed.data;
}

/** Checked, and as it is written down. */
export function suiteLockText(lock: SuiteLock): string {
  return `${JSON.stringify(schema.parse(lock), null, 2)}\n`;
}
