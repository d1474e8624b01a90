import { type Archive, findVariant, type Job } from '../../archive/archive.ts';
import { ROOT } from '../../model/ids.ts';
import { missingAllowed } from './gate.ts';

/** Begun attempts at search tasks of one variant that may give no result; each further one counts as a failed task. */
export const VOIDS_ALLOWED = 4;

/** An attempt at a job that gave no result, on all of its tasks or on those still in `job.tasks`. */
export interface Void {
  readonly job: Job;
  /** The worker had begun: code of the variant may have run, and may be why there is no result. */
  readonly began: boolean;
  /** It gave no result on anything it was ordered to do. */
  readonly whole: boolean;
  /** Another attempt is left, and can be paid. */
  readonly again: boolean;
}

/**
 * What follows an attempt without a result. Pure.
 *
 * - `again`: the job is tried again.
 * - `noResult`: it is given up; at the gate, that is a failure of the variant.
 * - `failed`: its tasks count as failed by the variant.
 *
 * A variant must not gain by ending its failures without a result, and a second attempt is a gain: it only ever comes after a
 * failure. So what had begun is tried again for the root, which has nothing to gain; in the search within an allowance;
 * and on held-out tasks no more often than the root needed it, and no more often than results may be missing. What never began is nobody's doing.
 */
export function afterVoid(archive: Archive, { job, began, whole, again }: Void): 'again' | 'noResult' | 'failed' {
  const otherwise = again ? 'again' : 'noResult';
  if (job.kind === 'expand' || !began || job.variant === ROOT) return otherwise;
  if (job.split === 'heldout') {
    const mine = archive.secondTries.get(job.variant) ?? 0;
    const allowed = Math.min(missingAllowed(archive.settings.heldOut.length), archive.secondTries.get(ROOT) ?? 0);
    return mine + job.tasks.length <= allowed ? otherwise : 'noResult';
  }
  const voids = findVariant(archive, job.variant)!.voids + (whole ? 1 : job.tasks.length);
  return voids <= VOIDS_ALLOWED ? otherwise : 'failed';
}
