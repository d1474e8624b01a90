import type { Submission, Suite } from '../benchmark/suite.ts';
import { type Fingerprints, fingerprint } from '../operator/patch/contamination.ts';
import { textOf } from '../operator/patch/content.ts';

/** Fingerprints of every task of a suite, the held-out ones included: no variant may hold any of them. */
export async function fingerprintsOf(suite: Suite): Promise<Fingerprints> {
  const tasks = await Promise.all(
    suite.list().map(async ({ id, statement }) => {
      const solution = suite.answer?.(id) ?? (await suite.reference(id, 'oracle')) ?? [];
      const texts = typeof solution === 'string' ? [solution] : contentsOf(solution).map((one) => textOf(one) ?? '');
      return { id, texts: [statement, ...texts] };
    }),
  );
  return fingerprint(tasks);
}

function contentsOf(solution: Exclude<Submission, string>): Uint8Array[] {
  if ('changes' in solution) return solution.changes.flatMap(({ after }) => (after === null ? [] : [after.content]));
  return solution.map(({ content }) => content);
}
