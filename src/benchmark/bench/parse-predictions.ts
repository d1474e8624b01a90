import { z } from 'zod';
import { textOfBytes } from '../../model/bytes.ts';
import { HuxleyError } from '../../model/error.ts';

/** A prediction as SWE-bench's harness reads it. */
export interface Prediction {
  readonly instance_id: string;
  readonly model_name_or_path: string;
  readonly model_patch: string;
}

const text = z.string().nullish();
const id = z.string().min(1);
const model = z.object({ model: text }).nullish().catch(null);

/** Under whatever names tools write: SWE-bench's and mini-swe-agent's, SWE-bench Pro's, OpenHands' and Multi-SWE-bench's. */
const entrySchema = z.object({
  instance_id: id.optional(),
  org: id.optional(),
  repo: id.optional(),
  number: z.coerce.number().int().positive().optional().catch(undefined),
  model_name_or_path: text,
  prefix: text.catch(null),
  metadata: z.object({ llm_config: model, llm: model }).nullish().catch(null),
  model_patch: text,
  patch: text,
  prediction: text,
  git_patch: text,
  fix_patch: text,
  test_result: z.object({ git_patch: text }).nullish(),
});

const PATCHES = ['model_patch', 'patch', 'prediction', 'git_patch', 'fix_patch'] as const;
/** Columns of datasets, where `patch` is the reference fix. */
const DATASET = ['test_patch', 'FAIL_TO_PASS', 'fail_to_pass', 'problem_statement'];

/** An entry as a prediction, or what is wrong with it. */
function predictionOf(value: unknown): Prediction | string {
  if (value === undefined) return 'is not JSON';
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    return `${issue.path.join('.') || 'the entry'}: ${issue.message}`;
  }
  const entry = parsed.data;
  const { org, repo, number, metadata } = entry;
  const instance = entry.instance_id ?? (org && repo && number ? `${org}__${repo}-${number}` : undefined);
  if (instance === undefined) return 'instance_id: is missing';
  const field = PATCHES.find((name) => entry[name] !== undefined);
  const row = DATASET.find((name) => name in (value as object));
  if (field !== 'model_patch' && row !== undefined && !entry.test_result)
    return `${row}: belongs to a row of a dataset, whose patch is the reference fix`;
  const nested = entry.test_result?.git_patch;
  if (field === undefined && nested === undefined) return 'model_patch: is missing';
  const patch = field === 'model_patch' || nested === undefined ? entry[field!] : nested;
  const by = entry.model_name_or_path ?? metadata?.llm_config?.model ?? metadata?.llm?.model ?? entry.prefix;
  return { instance_id: instance, model_name_or_path: by || 'unknown', model_patch: patch ?? '' };
}

/**
 * Predictions in any of the forms tools write: JSON lines, a JSON array (under `predictions` too), an object by instance id, or one
 * alone; as Python writes JSON, with NaN and a mark of byte order. The last entry of an instance counts, as in the official harness.
 *
 * @param place the file's name, for errors
 * @param leftOut is told of each entry that cannot be used or that a later one replaces; the others go on
 * @throws HuxleyError `bench.predictions` where there is none left
 */
export function parsePredictions(
  file: Uint8Array | string,
  place: string,
  leftOut: (problem: HuxleyError) => void,
): readonly Prediction[] {
  const text = (typeof file === 'string' ? file : decoded(file)).replace(/^\ufeff/, '');
  const found = new Map<string, { readonly where: string; readonly prediction: Prediction }>();
  for (const [where, value] of entriesOf(text, place)) {
    const prediction = predictionOf(value);
    if (typeof prediction === 'string') {
      leftOut(broken(where, `${prediction}; left out`));
      continue;
    }
    const before = found.get(prediction.instance_id);
    if (before)
      leftOut(broken(before.where, `instance_id: '${prediction.instance_id}' appears again at ${where}, which counts`));
    found.delete(prediction.instance_id);
    found.set(prediction.instance_id, { where, prediction });
  }
  if (found.size === 0) throw broken(place, 'holds no prediction');
  return [...found.values()].map(({ prediction }) => prediction);
}

/** Every entry and where it stands; `undefined` for one that is no JSON. */
function entriesOf(text: string, place: string): readonly (readonly [string, unknown])[] {
  const whole = tryJson(text);
  if (Array.isArray(whole)) return whole.map((value, index) => [`${place}[${index}]`, value]);
  if (typeof whole === 'object' && whole !== null) {
    if ('instance_id' in whole || 'fix_patch' in whole) return [[place, whole]];
    if ('predictions' in whole && Array.isArray(whole.predictions))
      return whole.predictions.map((value, index) => [`${place}: predictions[${index}]`, value]);
    return Object.entries(whole).map(([id, value]) => [`${place}: ${id}`, named(id, value)]);
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    return [[`${place}:${index + 1}`, tryJson(line)] as const];
  });
}

/** A value of an object by instance id: an entry, or a patch alone. */
function named(id: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return { instance_id: id, ...value };
  const isPatch = value === null || value === '' || (typeof value === 'string' && /^(diff |--- |Index: )/m.test(value));
  return isPatch ? { instance_id: id, model_patch: value } : value;
}

/** As UTF-8, or as the UTF-16 that PowerShell writes. */
function decoded(file: Uint8Array): string {
  return file[0] === 0xff && file[1] === 0xfe ? new TextDecoder('utf-16le').decode(file) : textOfBytes(file);
}

/** JSON as Python writes it, with numbers that JSON has not. */
function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(
        text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) => (token.startsWith('"') ? token : 'null')),
      );
    } catch {
      return undefined;
    }
  }
}

function broken(place: string, what: string): HuxleyError {
  return new HuxleyError(
    'bench.predictions',
    `${place}: ${what}`,
    'A prediction has instance_id, model_name_or_path and model_patch, a unified diff (docs/suites.md).',
  );
}
