import { appendFileSync, existsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { fakeEndpoint } from '../../../test/support/endpoint.ts';
import { evaluateOrder } from '../../../test/support/job.ts';
import { tinySuite } from '../../../test/support/tiny-suite.ts';
import { startGateway } from '../../gateway/gateway.ts';
import type { JobContext } from '../../job/attempt/job-context.ts';
import { gatherEvidence } from './gather-evidence.ts';

test('where the disk is full, expand says so and what to do, not that evidence is missing', async ({ skip }) => {
  if (!existsSync('/dev/full')) skip('needs /dev/full');
  await using endpoint = await fakeEndpoint(() => undefined);
  const upstream = { baseURL: endpoint.baseURL, apiKey: 'none' };
  const gateway = await startGateway({ upstream, models: ['gpt-5-mini'], budget: { costUSD: 1 } });
  onTestFinished(() => gateway.close());
  const lines: string[] = [];
  const sandbox = {
    create: async () => appendFileSync('/dev/full', 'x'),
    hold: () => ({ [Symbol.asyncDispose]: async () => undefined }),
  } as unknown as JobContext['sandbox'];
  const suite = tinySuite({ a: 'alpha', b: 'beta' });
  const signal = AbortSignal.timeout(10_000);
  const report = (line: string) => void lines.push(line);
  const context: JobContext = { sandbox, suite, gateway, image: 'none', concurrency: 2, signal, report };
  const order = evaluateOrder({ repository: '', sha: 'a'.repeat(40), tree: 'b'.repeat(40) }, []);
  const hunt = {
    operator: 'mutation',
    tasks: ['a', 'b'],
    agents: [{ variant: 'v0', order, folder: '/', layer: null }],
  } as const;
  await expect(gatherEvidence(context, hunt)).rejects.toMatchObject({
    code: 'expand.infrastructure',
    message: expect.stringMatching(/^2 attempts, and not one result\. The last: The disk is full.* Free some space\. /),
    remedy: 'There is nothing to learn from yet: correct that, and start again.',
  });
  expect(lines).toEqual([
    'v0 tries a, b',
    ...['a', 'b'].map((task) =>
      expect.stringMatching(`^${task}: infrastructure .*: The disk is full.* Free some space`),
    ),
  ]);
});
