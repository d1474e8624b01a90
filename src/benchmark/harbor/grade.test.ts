import { expect, it } from 'vitest';
import { type Grading, gradeStep } from './grade.ts';

const after = { type: 'file', mode: 0o755, uid: 0, gid: 0, content: Buffer.from(''), target: '' } as const;
const changes = {
  changes: [{ path: 'usr/local/bin/x', before: null, after }],
  image: new Set(['usr/bin/bash']),
  skipped: [],
};
const gradingOf = (licence: Grading['licence'], signal: AbortSignal) =>
  ({
    task: { steps: [{ tests: [] }] },
    needs: { workdir: '/app' },
    verifier: { path: ['/usr/bin'], user: 'root' },
    ...{ licence, signal },
  }) as unknown as Grading;

it('waits for a reference solution no longer than its job goes on', async () => {
  const job = new AbortController();
  const grade = gradeStep(
    gradingOf(() => Promise.withResolvers<never>().promise, job.signal),
    0,
    changes,
  );
  job.abort(new Error('over'));
  await expect(grade).rejects.toThrow('over');
});

it('begins no reference solution for a job that is over', async () => {
  let begun = 0;
  const licence = async () => {
    begun++;
    return new Set<string>();
  };
  await expect(gradeStep(gradingOf(licence, AbortSignal.abort(new Error('over'))), 0, changes)).rejects.toThrow('over');
  expect(begun).toBe(0);
});
