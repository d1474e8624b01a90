import { z } from 'zod';
import type { Verdict } from '../../model/verdict.ts';

type Prediction = { readonly instance_id: string; readonly model_patch: string };

const ids = z.array(z.string());

/** The report of a run, schema 2, as the official harness writes it. */
export const reportSchema = z.object({
  total_instances: z.int(),
  submitted_instances: z.int(),
  completed_instances: z.int(),
  resolved_instances: z.int(),
  unresolved_instances: z.int(),
  infra_failure_instances: z.int(),
  ambiguous_failure_instances: z.int(),
  empty_patch_instances: z.int(),
  error_instances: z.int(),
  completed_ids: ids,
  incomplete_ids: ids,
  empty_patch_ids: ids,
  submitted_ids: ids,
  resolved_ids: ids,
  unresolved_ids: ids,
  infra_failure_ids: ids,
  ambiguous_failure_ids: ids,
  failure_reasons: z.record(z.string(), z.string()),
  error_ids: ids,
  schema_version: z.literal(2),
});
export type RunReport = z.infer<typeof reportSchema>;

/**
 * The report on predictions and the verdicts they got. An attempt without a result is an error that infrastructure explains; a
 * prediction that nobody graded is an error too.
 * @param instances ids of the whole dataset.
 */
export function runReport(
  instances: readonly string[],
  predictions: readonly Prediction[],
  verdicts: ReadonlyMap<string, Verdict>,
): RunReport {
  const submitted = new Map(predictions.map((prediction) => [prediction.instance_id, prediction]));
  const known = instances.filter((id) => submitted.has(id));
  const empty = known.filter((id) => !submitted.get(id)!.model_patch);
  const graded = known.filter((id) => submitted.get(id)!.model_patch);
  const completed = graded.filter((id) => (verdicts.get(id) ?? 'infrastructure') !== 'infrastructure');
  const resolved = completed.filter((id) => verdicts.get(id) === 'resolved');
  const unresolved = completed.filter((id) => verdicts.get(id) !== 'resolved');
  const errors = graded.filter((id) => !completed.includes(id));
  const infrastructure = errors.filter((id) => verdicts.get(id) === 'infrastructure');
  const sorted = (list: Iterable<string>) => [...list].sort();
  return {
    total_instances: instances.length,
    submitted_instances: submitted.size,
    completed_instances: completed.length,
    resolved_instances: resolved.length,
    unresolved_instances: unresolved.length,
    infra_failure_instances: infrastructure.length,
    ambiguous_failure_instances: 0,
    empty_patch_instances: empty.length,
    error_instances: errors.length,
    completed_ids: sorted(completed),
    incomplete_ids: sorted(instances.filter((id) => !submitted.has(id))),
    empty_patch_ids: sorted(empty),
    submitted_ids: sorted(submitted.keys()),
    resolved_ids: sorted(resolved),
    unresolved_ids: sorted(unresolved),
    infra_failure_ids: sorted(infrastructure),
    ambiguous_failure_ids: [],
    failure_reasons: Object.fromEntries(sorted(infrastructure).map((id) => [id, 'no result: infrastructure'])),
    error_ids: sorted(errors),
    schema_version: 2,
  };
}
