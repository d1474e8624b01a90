import { type Archive, barredBy } from '../../archive/archive.ts';
import { MAX_ROUND } from '../../model/event.ts';
import { ROOT, type VariantId, variantNumber } from '../../model/ids.ts';
import { type Judged, seeRounds } from './rounds.ts';

/** The comparison of a variant as its first rounds have it: by default those that were looked at. */
export function judgedOf(archive: Archive, variant: VariantId, rounds = roundOf(archive, variant)): Judged {
  const { heldOut, settings } = archive;
  const comparison = archive.comparisons.get(variant)!;
  const tasks = settings.heldOut.length;
  const leftOut = new Set(comparison.leftOut.map((task) => settings.heldOut.indexOf(task)));
  const seen = seeRounds(
    heldOut.get(ROOT) ?? [],
    heldOut.get(variant) ?? [],
    tasks,
    leftOut,
    rounds,
    settings.gate!.metric,
  );
  const size = 2 * seen.judged;
  return {
    comparison,
    rules: settings.gate!,
    seen,
    progress: {
      grants: comparison.grants,
      done: rounds * size,
      round: rounds > MAX_ROUND ? Number.POSITIVE_INFINITY : size,
    },
    barred: isBarred(archive, variant),
  };
}

/** The round a comparison is in, from 0; always the first where there is one look of fixed size. */
export function roundOf({ comparisons }: Archive, variant: VariantId): number {
  return (comparisons.get(variant)?.looks.at(-1)?.round ?? -1) + 1;
}

/** Whether it has tampered, or descends from a variant that has. */
export function isBarred(archive: Archive, id: VariantId): boolean {
  return barredBy(archive.search, variantNumber(id)) !== undefined;
}
