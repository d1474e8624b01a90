import { z } from 'zod';
import { HuxleyError } from '../../../model/error.ts';
import { classicScript } from './classic.ts';
import type { Instance } from './instance.ts';
import { liveColumns, liveInstance } from './live.ts';
import { isMarked } from './script.ts';

/** Lists of test ids come as JSON in a string, or as a list. */
const testIds = z.preprocess((value, context) => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    context.issues.push({ code: 'custom', message: 'is neither a list nor JSON of one', input: value });
    return z.NEVER;
  }
}, z.array(z.string()));

const common = {
  instance_id: z.string().regex(/^[A-Za-z0-9_.-]+$/, 'may hold letters, digits, _, . and - only'),
  repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be owner/name'),
  base_commit: z.string().regex(/^[0-9a-f]{7,64}$/, 'must be a commit'),
  problem_statement: z.string().min(1),
  patch: z.string(),
  test_patch: z.string(),
  version: z.coerce.string().default(''),
  FAIL_TO_PASS: testIds,
  PASS_TO_PASS: testIds,
};

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
    if (typeof value === 'string' && /^\s*[[{]/.test(value)) return holds(tryJson(value));
    if (Array.isArray(value)) return value.length > 0;
    return typeof value === 'object' && value !== null ? Object.values(value).some(holds) : Boolean(value);
  };
  const found = Object.entries(row).filter(
    ([name, value]) => UNREAD.some((one) => one === name) && !(name in schema.shape) && holds(gradedPart(name, value)),
  );
  if (found.length === 0) return;
  throw new HuxleyError(
    'suite.row',
    `${place}: ${found.map(([name]) => name).join(', ')}: changes how the row is graded, and is not read here`,
    'Leave the task out, or hand predictions for it to the official harness.',
  );
}

/** Of pictures, those that belong to the statement change no test. */
function gradedPart(name: string, value: unknown): unknown {
  if (name !== 'image_assets') return value;
  const assets = typeof value === 'string' ? tryJson(value) : value;
  if (typeof assets !== 'object' || assets === null || Array.isArray(assets)) return assets;
  return Object.fromEntries(Object.entries(assets).filter(([key]) => key === 'patch' || key === 'test_patch'));
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Reads one row.
 * @param place where the row stands, for errors.
 * @throws HuxleyError `suite.row` naming place and field.
 */
export function parseRow(row: unknown, place: string): Instance {
  const has = (column: string) => typeof row === 'object' && row !== null && column in row;
  const schema = has('eval_script') ? v5Schema : has('test_cmds') ? liveSchema : classicSchema;
  const parsed = schema.safeParse(row);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the row'}: ${message}`);
    throw new HuxleyError('suite.row', `${place}: ${problems.join('; ')}`, 'Use a row as the dataset publishes it.');
  }
  const data = parsed.data;
  refuseUnread(row as object, schema, place);
  const base = {
    id: data.instance_id,
    repo: data.repo,
    version: data.version,
    baseCommit: data.base_commit,
    statement: data.problem_statement,
    gold: data.patch,
    testPatch: data.test_patch,
    failToPass: data.FAIL_TO_PASS,
    passToPass: data.PASS_TO_PASS,
  };
  if ('eval_script' in data) {
    const { image, eval_script, log_parser, eval_type } = data as z.infer<typeof v5Schema>;
    return { ...base, image, evalScript: eval_script, logParser: log_parser, evalType: eval_type };
  }
  if ('test_cmds' in data) return { ...base, ...liveInstance(data as z.infer<typeof liveSchema>, base, place) };
  const script = classicScript(base);
  if (!script)
    throw new HuxleyError(
      'suite.row',
      `${place}: repo: a classic row of ${data.repo} does not say how its tests are run`,
      'Use the version 5 row of this task: it brings its image, script and log parser.',
    );
  return { ...base, ...script, image: classicImage(base.id), evalType: 'pass_and_fail' };
}

/** The published image of a classic row. */
function classicImage(id: string): string {
  return `swebench/sweb.eval.x86_64.${id.toLowerCase().replaceAll('__', '_1776_')}:latest`;
}
