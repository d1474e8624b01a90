import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test, vi } from 'vitest';
import { LANGUAGES } from '../../src/benchmark/polyglot/language.ts';
import { openPolyglot } from '../../src/benchmark/polyglot/suite.ts';
import type { Reference } from '../../src/benchmark/suite.ts';
import { startGateway } from '../../src/gateway/gateway.ts';
import { solveTask } from '../../src/job/attempt/solve.ts';
import { writeTree } from '../../src/job/tree/write-tree.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { fakeEndpoint } from '../support/endpoint.ts';
import { ANSWER_MARK, polyglotImage, STATEMENT_MARK, TEST_MARK, writeCheckout } from '../support/polyglot.ts';

// Compilers on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const root = mkdtempSync(join(tmpdir(), 'huxley-polyglot-'));
writeCheckout(root);
afterAll(() => rmSync(root, { recursive: true }));

test.each(LANGUAGES)(
  '%s: nothing in the container of the agent holds a test or the published answer',
  async (language) => {
    // What is searched is the container as the agent has it; any image with grep will do.
    const image = inject('sandboxImage');
    const suite = await openPolyglot(root, image, root);
    const task = suite.list().find(({ id }) => id === `${language}-twice`)!;
    await using endpoint = await fakeEndpoint(() => undefined);
    const gateway = await startGateway({
      upstream: { baseURL: endpoint.baseURL, apiKey: 'unused' },
      models: ['gpt-5-mini'],
      budget: { costUSD: 1 },
    });
    const agentFolder = await writeTree([{ path: 'agent.txt', content: Buffer.from('an agent'), executable: false }]);
    try {
      const search = `grep -rlF -e ${TEST_MARK} -e ${ANSWER_MARK} -e ${STATEMENT_MARK} --exclude-dir=proc --exclude-dir=sys / 2>/dev/null > $HUXLEY_OUT; env >> $HUXLEY_OUT`;
      const { attempt } = await solveTask(
        {
          sandbox,
          suite: { ...suite, grade: async () => NOT_GRADED },
          gateway,
          image,
          concurrency: 1,
          signal: new AbortController().signal,
          report: () => undefined,
        },
        {
          task,
          agent: { solve: search },
          agentFolder,
          models: ['gpt-5-mini'],
          limits: { taskSeconds: 120, costUSD: 1, taskCostUSD: 1, memoryMB: 512, cpus: 1, pids: 128 },
          first: true,
        },
      );
      const [statement, ...environment] = attempt.transcript.trim().split('\n');
      // The statement is there to be found, so the search did look.
      expect(statement).toBe('/huxley/io/task.md');
      expect(environment.join('\n')).toContain('HUXLEY_WORKSPACE=/work');
      expect(environment.join('\n')).not.toMatch(/planted|^\//m);
    } finally {
      await gateway.close();
      rmSync(agentFolder, { recursive: true });
    }
  },
);

const NOT_GRADED = {
  verdict: 'unresolved',
  passed: 0,
  expected: 1,
  failed: [],
  evidence: 'not graded',
  canary: 'not run',
  seconds: 0,
} as const;

test.for(LANGUAGES)(
  '%s: the answer is resolved and its canary fails; nothing and a cheat are not',
  async (language, { skip }) => {
    const found = await polyglotImage(inject('engineSocket'));
    if ('absent' in found) return skip(found.absent);
    const suite = await openPolyglot(root, found.image, root);
    const graded = async (kind: Reference) => {
      const id = `${language}-twice`;
      return await suite.grade(id, (await suite.reference(id, kind))!, sandbox);
    };
    expect(await graded('oracle')).toMatchObject({ verdict: 'resolved', expected: 2, canary: 'failed' });
    expect(await graded('nop')).toMatchObject({ verdict: 'unresolved' });
    expect((await graded('cheat')).verdict).not.toBe('resolved');
  },
);
