import { z } from 'zod';
import { HuxleyError } from '../../model/error.ts';

/** One attempt, as SWE-bench exchanges them. */
export interface Prediction {
  readonly instance_id: string;
  readonly model_name_or_path: string;
  /** A patch in git's format; `null` for none. */
  readonly model_patch: string | null;
}

const predictionSchema = z.object({
  instance_id: z.string().min(1),
  model_name_or_path: z.string().default('unknown'),
  model_patch: z.string().nullable().default(null),
});

/**
 * Reads predictions: JSON lines, a JSON list, or a JSON object by instance.
 * @throws HuxleyError `predictions.read` naming line or entry, and field.
 */
export function readPredictions(text: string, name: string): readonly Prediction[] {
  const entries = entriesOf(text, name);
  const seen = new Set<string>();
  return entries.map(([place, value]) => {
    const parsed = predictionSchema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw broken(place, `${issue.path.join('.') || 'the entry'}: ${issue.message}`);
    }
    if (seen.has(parsed.data.instance_id)) throw broken(place, `instance_id: ${parsed.data.instance_id} came before`);
    seen.add(parsed.data.instance_id);
    return parsed.data;
  });
}

function entriesOf(text: string, name: string): [string, unknown][] {
  const json = (part: string, place: string): unknown => {
    try {
      return JSON.parse(part);
    } catch {
      throw broken(place, 'is not JSON');
    }
  };
  if (name.endsWith('.json')) {
    const value = json(text, name);
    if (typeof value !== 'object' || value === null) throw broken(name, 'is neither a list nor an object');
    return Object.values(value).map((entry, i) => [`${name}[${i}]`, entry]);
  }
  return text.split('\n').flatMap((line, i): [string, unknown][] => {
    const place = `${name}:${i + 1}`;
    return line.trim() === '' ? [] : [[place, json(line, place)]];
  });
}

/** Predictions as JSON lines. */
export function writePredictions(predictions: readonly Prediction[]): string {
  return predictions
    .map(({ instance_id, model_name_or_path, model_patch }) =>
      JSON.stringify({ instance_id, model_name_or_path, model_patch }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function broken(place: string, what: string): HuxleyError {
  return new HuxleyError(
    'predictions.read',
    `${place}: ${what}`,
    'A prediction has instance_id, model_name_or_path and model_patch.',
  );
}
