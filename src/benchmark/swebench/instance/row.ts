import { z } from 'zod';
import { classicScript } from './classic.ts';
import { common, refuse, tryJson } from './columns.ts';
import type { Instance } from './instance.ts';
import { liveColumns, liveInstance } from './live.ts';
import { multiInstance, multiSchema } from './multi.ts';
import { proInstance, proSchema } from './pro.ts';
import { firstRebench, isSecond, rebenchSchema, secondRebench } from './rebench.ts';
import { isMarked } from './script.ts';
import { smithInstance, smithSchema } from './smith.ts';

/** A row of version 5: brings its image, its script and the name of its log parser. */
const v5Schema = z.object({
  ...common,
  image: z.string().min(1),
  eval_script: z.string().refine(isMarked, 'does not mark where the output of its tests begins and ends'),
  log_parser: z.string().min(1),
  eval_type: z.enum(['pass_and_fail', 'fail_only']).default('pass_and_fail'),
});

/** A classic row: image, script and parser follow from the repository. */
const classicSchema = z.object(common);

/** A row of SWE-bench-Live: brings its image and its commands. */
const liveSchema = z.object({ ...common, ...liveColumns });

/** The family's members by the columns that only they have; the first that fits is a row's. */
const FAMILY: readonly {
  readonly is: (has: (column: string) => boolean) => boolean;
  readonly schema: z.ZodObject;
  readonly read: (row: never, place: string) => Instance;
}[] = [
  {
    is: (has) => has('eval_script'),
    schema: v5Schema,
    read: (row: z.infer<typeof v5Schema>) => ({
      ...baseOf(row),
      image: row.image,
      evalScript: row.eval_script,
      logParser: row.log_parser,
      evalType: row.eval_type,
    }),
  },
  {
    is: (has) => has('test_cmds'),
    schema: liveSchema,
    read: (row: z.infer<typeof liveSchema>, place) => ({ ...baseOf(row), ...liveInstance(row, baseOf(row), place) }),
  },
  {
    is: (has) => has('selected_test_files_to_run') && has('before_repo_set_cmd'),
    schema: proSchema,
    read: proInstance,
  },
  { is: (has) => has('fix_patch') && has('org'), schema: multiSchema, read: multiInstance },
  {
    is: (has) => has('install_config'),
    schema: rebenchSchema,
    read: (row: z.infer<typeof rebenchSchema>, place) => ({
      ...baseOf(row),
      ...(isSecond(row) ? secondRebench(row, place) : firstRebench(row)),
    }),
  },
  { is: (has) => has('image_name') && !has('test_patch'), schema: smithSchema, read: smithInstance },
  { is: () => true, schema: classicSchema, read: classicInstance },
];

/** Columns that change how a row is graded and are not read, where they are not empty. */
const UNREAD = [
  'image_assets',
  'test_assets',
  'install_config',
  'image_name',
  'docker_image',
  'rebuild_cmds',
  'print_cmds',
  'test_cmd',
  'run_script',
  'before_repo_set_cmd',
  'selected_test_files_to_run',
  'parser',
  'test_command',
  'run_tests',
] as const;

/** @throws HuxleyError `suite.row` naming columns that change grading and are not read */
function refuseUnread(row: object, schema: z.ZodObject, place: string): void {
  const holds = (value: unknown): boolean => {
    if (typeof value === 'string' && /^\s*[[{]/.test(value)) return holds(tryJson(value) ?? 'text');
    if (Array.isArray(value)) return value.length > 0;
    return typeof value === 'object' && value !== null ? Object.values(value).some(holds) : Boolean(value);
  };
  const found = Object.entries(row).filter(
    ([name, value]) => UNREAD.some((one) => one === name) && !(name in schema.shape) && holds(gradedPart(name, value)),
  );
  if (found.length > 0)
    refuse(
      place,
      `${found.map(([name]) => name).join(', ')}: changes how the row is graded, and is not read here`,
      'Leave the task out, or hand predictions for it to the official harness.',
    );
}

/** Of pictures, those that belong to the statement change no test. */
function gradedPart(name: string, value: unknown): unknown {
  if (name !== 'image_assets') return value;
  const assets = typeof value === 'string' ? (tryJson(value) ?? value) : value;
  if (typeof assets !== 'object' || assets === null || Array.isArray(assets)) return assets;
  return Object.fromEntries(Object.entries(assets).filter(([key]) => key === 'patch' || key === 'test_patch'));
}

/**
 * Reads one row. Its columns tell which member of the family it is of.
 * @param place where the row stands, for errors.
 * @throws HuxleyError `suite.row` naming place and field.
 */
export function parseRow(row: unknown, place: string): Instance {
  const has = (column: string) => typeof row === 'object' && row !== null && column in row;
  const { schema, read } = FAMILY.find(({ is }) => is(has))!;
  const parsed = schema.safeParse(row);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the row'}: ${message}`);
    refuse(place, problems.join('; '), 'Use a row as the dataset publishes it.');
  }
  refuseUnread(row as object, schema, place);
  const instance = read(parsed.data as never, place);
  if (instance.failToPass.length === 0)
    refuse(
      place,
      'names no test that fails without the fix, so nothing shows whether the fix is there',
      'Leave the task out.',
    );
  return instance;
}

function baseOf(row: z.infer<typeof classicSchema>) {
  return {
    id: row.instance_id,
    repo: row.repo,
    version: row.version,
    baseCommit: row.base_commit,
    statement: row.problem_statement,
    gold: row.patch,
    testPatch: row.test_patch,
    failToPass: row.FAIL_TO_PASS,
    passToPass: row.PASS_TO_PASS,
  };
}

function classicInstance(row: z.infer<typeof classicSchema>, place: string): Instance {
  const base = baseOf(row);
  const script = classicScript(base);
  if (!script)
    refuse(
      place,
      `repo: a classic row of ${row.repo} does not say how its tests are run`,
      'Use the version 5 row of this task: it includes its image, script and log parser.',
    );
  return { ...base, ...script, image: classicImage(base.id), evalType: 'pass_and_fail' };
}

/** The published image of a classic row. */
function classicImage(id: string): string {
  return `swebench/sweb.eval.x86_64.${id.toLowerCase().replaceAll('__', '_1776_')}:latest`;
}
