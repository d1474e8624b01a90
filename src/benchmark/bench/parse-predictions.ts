import { z } from 'zod';
import { HuxleyError } from '../../model/error.ts';

const predictionSchema = z.object({
  instance_id: z.string().min(1),
  model_name_or_path: z.string().default('unknown'),
  model_patch: z
    .string()
    .nullable()
    .transform((patch) => patch ?? ''),
});
export type Prediction = z.infer<typeof predictionSchema>;

/**
 * Predictions in any of the forms SWE-bench's tools write: JSON lines, a JSON array, or an object by instance id.
 * @param place the file's name, for errors
 * @throws HuxleyError `bench.predictions` naming line or entry and field
 */
export function parsePredictions(text: string, place: string): readonly Prediction[] {
  const entries = entriesOf(text, place);
  const predictions = entries.map(([where, value]) => {
    const parsed = predictionSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    throw broken(where, `${issue.path.join('.') || 'the entry'}: ${issue.message}`);
  });
  const ids = new Set<string>();
  for (const [index, { instance_id }] of predictions.entries()) {
    if (ids.has(instance_id)) throw broken(entries[index]![0], `instance_id: '${instance_id}' is there twice`);
    ids.add(instance_id);
  }
  if (predictions.length === 0) throw broken(place, 'holds no prediction');
  return predictions;
}

function entriesOf(text: string, place: string): readonly (readonly [string, unknown])[] {
  const whole = tryJson(text);
  if (Array.isArray(whole)) return whole.map((value, index) => [`${place}[${index}]`, value]);
  if (typeof whole === 'object' && whole !== null && !('instance_id' in whole))
    return Object.entries(whole).map(([id, value]) => [`${place}: ${id}`, { instance_id: id, ...(value as object) }]);
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const value = tryJson(line);
    if (value === undefined) throw broken(`${place}:${index + 1}`, 'is not JSON');
    return [[`${place}:${index + 1}`, value] as const];
  });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function broken(place: string, what: string): HuxleyError {
  return new HuxleyError(
    'bench.predictions',
    `${place}: ${what}`,
    'A prediction has instance_id, model_name_or_path and model_patch, a unified diff.',
  );
}
