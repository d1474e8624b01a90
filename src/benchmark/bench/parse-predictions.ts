import { z } from 'zod';
import { textOfBytes } from '../../model/bytes.ts';
import { HuxleyError } from '../../model/error.ts';

const predictionSchema = z.object({
  instance_id: z.string().min(1),
  model_name_or_path: z
    .string()
    .nullish()
    .transform((name) => name ?? 'unknown'),
  model_patch: z
    .string()
    .nullable()
    .transform((patch) => patch ?? ''),
});
export type Prediction = z.infer<typeof predictionSchema>;

/**
 * Predictions in any of the forms SWE-bench's tools write: JSON lines, a JSON array, an object by instance id, or one alone; as
 * Python writes JSON, with NaN and a mark of byte order. The last entry of an instance counts, as in the official harness.
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
  const text = (typeof file === 'string' ? file : textOfBytes(file)).replace(/^\ufeff/, '');
  const found = new Map<string, { readonly where: string; readonly prediction: Prediction }>();
  for (const [where, value] of entriesOf(text, place)) {
    const parsed = predictionSchema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      const what = value === undefined ? 'is not JSON' : `${issue.path.join('.') || 'the entry'}: ${issue.message}`;
      leftOut(broken(where, `${what}; left out`));
      continue;
    }
    const prediction = parsed.data;
    const before = found.get(prediction.instance_id);
    if (before)
      leftOut(broken(before.where, `instance_id: '${prediction.instance_id}' comes again at ${where}, which counts`));
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
    if ('instance_id' in whole) return [[place, whole]];
    return Object.entries(whole).map(([id, value]) => [
      `${place}: ${id}`,
      typeof value === 'object' && value !== null ? { instance_id: id, ...value } : value,
    ]);
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    return [[`${place}:${index + 1}`, tryJson(line)] as const];
  });
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
    'A prediction has instance_id, model_name_or_path and model_patch, a unified diff.',
  );
}
