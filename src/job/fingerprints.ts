import type { Suite } from '../benchmark/suite.ts';
import { type Fingerprints, fingerprint } from '../operator/patch/contamination.ts';
import { textOf } from '../operator/patch/content.ts';

/** Fingerprints of every task of a suite, the held-out ones included: no variant may hold any of them. */
export async function fingerprintsOf(suite: Suite): Promise<Fingerprints> {
  const tasks = await Promise.all(
    suite.list().map(async ({ id, statement }) => {
      if (suite.answer) return { id, texts: [statement, suite.answer(id)] };
      const solution = (await suite.reference(id, 'oracle')) ?? [];
      return { id, texts: [statement, ...solution.map((file) => textOf(file.content) ?? '')] };
    }),
  );
  return fingerprint(tasks);
}
