import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { textOfBytes } from '../../../model/bytes.ts';
import { HuxleyError, messageOf } from '../../../model/error.ts';
import type { Instance } from './instance.ts';
import { PRO_SCRIPTS } from './pro.ts';
import { isSecond, REBENCH_PARSERS } from './rebench.ts';
import { parseRow } from './row.ts';

export interface Rows {
  readonly instances: readonly Instance[];
  /** One for each row that could not be used; the others go on. */
  readonly problems: readonly HuxleyError[];
}

/**
 * Reads rows from a `.jsonl` or `.json` file, or from a task repository (a folder with `tasks/<id>/`).
 * @throws HuxleyError `suite.source` when there is neither.
 */
export async function readRows(path: string): Promise<Rows> {
  const kind = await stat(path).catch(() => null);
  if (kind?.isDirectory()) return await readTaskRepository(path);
  if (!kind?.isFile()) throw source(path, 'is neither a file nor a folder', 'Give a JSONL file or a task repository.');
  return rowsOf(path, await readFile(path, 'utf8'), (name) =>
    readFile(join(dirname(path), name), 'utf8').catch(() => null),
  );
}

/** What may lie beside a file of rows and belongs to it. */
export const BESIDE_ROWS = ['run_scripts/**', REBENCH_PARSERS] as const;

/** Reads a file beside the file of rows; `null` where there is none. */
type Beside = (name: string) => Promise<string | null>;

/**
 * The rows in the text of a `.json` or `.jsonl` file.
 * @param beside for what a dataset publishes apart from its rows
 * @throws HuxleyError `suite.source` when it holds no list.
 */
export async function rowsOf(path: string, text: string, beside: Beside = async () => null): Promise<Rows> {
  const modules = new Map<string, Promise<string | null>>();
  const once: Beside = (name) => {
    const known = modules.get(name) ?? beside(name);
    modules.set(name, known);
    return known;
  };
  const whole = (read: () => unknown) => async () => completed(read(), once);
  if (path.endsWith('.json')) return collect(list(path, text).map((row, i) => [`${path}[${i}]`, whole(() => row)]));
  const lines = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line, i) => ({ line, place: `${path}:${i + 1}` }));
  const rows = lines.filter(({ line }) => line.trim() !== '');
  return collect(rows.map(({ line, place }) => [place, whole(() => JSON.parse(line))]));
}

/** A row with what its dataset publishes apart from its rows. */
async function completed(row: unknown, beside: Beside): Promise<unknown> {
  if (typeof row !== 'object' || row === null) return row;
  const found: Record<string, unknown> = { ...row };
  if ('selected_test_files_to_run' in row && 'instance_id' in row && /^[\w.-]+$/.test(String(row.instance_id)))
    for (const [column, name] of Object.entries(PRO_SCRIPTS))
      found[column] ??= await beside(`run_scripts/${row.instance_id}/${name}`);
  if ('install_config' in row && isSecond(row)) found.log_parsers ??= await beside(REBENCH_PARSERS);
  return found;
}

function list(path: string, text: string): unknown[] {
  const remedy = 'Give a list, or one row per line as .jsonl.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw source(path, `is not JSON: ${messageOf(error)}`, remedy);
  }
  if (!Array.isArray(value)) throw source(path, 'holds no list of rows', remedy);
  return value;
}

/** Files of a task repository that are columns of a row. */
const COLUMNS = {
  patch: 'gold.patch',
  test_patch: 'test.patch',
  eval_script: 'eval.sh',
  problem_statement: 'problem_statement.md',
} as const;

/** Whether a folder is a task repository: `tasks/<instance id>/task.yaml`. */
export async function isTaskRepository(folder: string): Promise<boolean> {
  const names = await readdir(join(folder, 'tasks')).catch(() => []);
  const found = await Promise.all(
    names.map((name) => stat(join(folder, 'tasks', name, 'task.yaml')).catch(() => null)),
  );
  return found.some((file) => file !== null);
}

async function readTaskRepository(folder: string): Promise<Rows> {
  const tasks = join(folder, 'tasks');
  const names = await readdir(tasks).catch(() => {
    throw source(folder, 'has no tasks/ folder', 'Give a task repository: tasks/<instance id>/task.yaml and so on.');
  });
  const read = async (task: string) => {
    const row: Record<string, unknown> = parse(await readFile(join(task, 'task.yaml'), 'utf8'));
    for (const [column, name] of Object.entries(COLUMNS)) row[column] = textOfBytes(await readFile(join(task, name)));
    // Binary files that a patch cannot carry.
    row.test_assets = await readdir(join(task, 'test_assets')).catch(() => []);
    return { ...row, ...JSON.parse(await readFile(join(task, 'tests.json'), 'utf8')) };
  };
  return collect(names.sort().map((name) => [join(tasks, name), () => read(join(tasks, name))]));
}

/** A page of the dataset server's `rows` endpoint. */
const pageSchema = z.object({ rows: z.array(z.object({ row: z.unknown() })), num_rows_total: z.int().min(0) });

/** Datasets by the name people write after `swe-bench/`. */
const DATASETS: Readonly<Record<string, string>> = {
  rebench: 'nebius/SWE-rebench',
  'rebench-v2': 'nebius/SWE-rebench-V2',
  smith: 'SWE-bench/SWE-smith',
  verified: 'SWE-bench/SWE-bench_Verified',
  lite: 'SWE-bench/SWE-bench_Lite',
  multilingual: 'SWE-bench/SWE-bench_Multilingual',
  live: 'SWE-bench-Live/SWE-bench-Live',
  full: 'SWE-bench/SWE-bench',
};
/** Of those that have no split `test`. */
const SPLITS: Readonly<Record<string, string>> = { 'rebench-v2': 'train', smith: 'train' };
const DATASET_API = 'https://datasets-server.huggingface.co';
const PAGE = 100;

/**
 * The published dataset behind a name.
 * @throws HuxleyError `suite.source` when there is none.
 */
export function datasetOf(name: string): string {
  const dataset = Object.hasOwn(DATASETS, name) ? DATASETS[name] : undefined;
  if (dataset) return dataset;
  throw source(
    `swe-bench/${name}`,
    'is unknown',
    `Known are ${Object.keys(DATASETS).join(', ')}; give rows of others as a file, with --path or in the repository.`,
  );
}

/**
 * Fetches every row of a published dataset's test split.
 * @throws HuxleyError `suite.source` when it is unknown or cannot be had.
 */
export async function fetchRows(name: string, api = DATASET_API): Promise<Rows> {
  const dataset = datasetOf(name);
  const rows: unknown[] = [];
  for (let total = 1; rows.length < total; ) {
    const query = new URLSearchParams({
      dataset,
      config: 'default',
      split: SPLITS[name] ?? 'test',
      offset: `${rows.length}`,
      length: `${PAGE}`,
    });
    const page = await fetchPage(`${api}/rows?${query}`);
    total = page.num_rows_total;
    if (page.rows.length === 0 && rows.length < total) throw source(dataset, 'ended early', 'Try again.');
    rows.push(...page.rows.map(({ row }) => row));
  }
  return collect(rows.map((row, i) => [`${dataset}[${i}]`, async () => row]));
}

async function fetchPage(url: string): Promise<z.infer<typeof pageSchema>> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return pageSchema.parse(await response.json());
  } catch (error) {
    const remedy = 'Check the network, or give the dataset as a file with --path.';
    throw source(url, `cannot be fetched: ${messageOf(error)}`, remedy);
  }
}

async function collect(rows: readonly (readonly [place: string, read: () => Promise<unknown>])[]): Promise<Rows> {
  const instances = new Map<string, Instance>();
  const problems: HuxleyError[] = [];
  for (const [place, read] of rows) {
    try {
      const row = await read().catch((error) => {
        throw new HuxleyError('suite.row', `${place}: cannot be read: ${messageOf(error)}`, 'Fix or remove the row.');
      });
      const instance = parseRow(row, place);
      if (instances.has(instance.id))
        throw new HuxleyError(
          'suite.row',
          `${place}: instance_id: ${instance.id} came before`,
          'Remove one of the two.',
        );
      instances.set(instance.id, instance);
    } catch (error) {
      if (!(error instanceof HuxleyError)) throw error;
      problems.push(error);
    }
  }
  return { instances: [...instances.values()], problems };
}

function source(place: string, what: string, remedy: string): HuxleyError {
  return new HuxleyError('suite.source', `${place}: ${what}`, remedy);
}
