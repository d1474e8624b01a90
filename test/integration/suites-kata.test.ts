import { expect, inject, test } from 'vitest';
import { gradeSubmission } from '../../src/benchmark/grade-submission.ts';
import { openSuite } from '../../src/benchmark/kinds.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';

const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const suite = await openSuite('kata', { image: async () => inject('sandboxImage') });

test.each(['roman-numerals', 'bank-ledger', 'count-lines', 'json-patch'])(
  '%s: the oracle resolves it, nothing, a cheat and the draft do not',
  async (task) => {
    const verdict = async (kind: 'oracle' | 'nop' | 'cheat' | 'draft') =>
      (await gradeSubmission(suite, task, (await suite.reference(task, kind))!, sandbox)).verdict;
    expect(await verdict('oracle')).toBe('resolved');
    expect(await verdict('nop')).toBe('unresolved');
    expect(await verdict('draft')).toBe('unresolved');
    expect(['unresolved', 'tampered']).toContain(await verdict('cheat'));
  },
);

test('a suite that is none says what to use', async () => {
  const image = async () => inject('sandboxImage');
  await expect(openSuite('no-such-suite', { image })).rejects.toThrow('no-such-suite is neither a suite nor a folder');
  await expect(openSuite('polyglot', { image })).rejects.toThrow('polyglot needs a checkout');
});
