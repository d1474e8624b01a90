import { expect, test } from 'vitest';
import { readConfiguration } from '../../config/configuration.ts';
import { GitHubRefusal } from '../../github/refusal.ts';
import { HuxleyError } from '../../model/error.ts';
import type { ArchiveEventOf } from '../../model/event.ts';
import { costAdvice } from '../promotion/gate-advice.ts';
import { Problems } from './problems.ts';

const refuse = (code: string) => () => {
  throw new HuxleyError(code, `${code} is wrong.`, `Correct ${code}:\n\nlike this`);
};

test('what is wrong is told at once: one thing as it is, several with what to do about each', async () => {
  const one = new Problems();
  expect(await one.look(() => 7)).toBe(7);
  expect(await one.look(refuse('a'))).toBeUndefined();
  await one.look(refuse('a'));
  expect(() => one.throwIfAny()).toThrow(expect.objectContaining({ code: 'a' }));
  await one.look(async () => refuse('b')());
  expect(() => one.throwIfAny()).toThrow(
    expect.objectContaining({
      code: 'run.several',
      message: '2 things keep the run from starting.',
      remedy: '1. a is wrong.\n\n   Correct a:\n\n   like this\n\n2. b is wrong.\n\n   Correct b:\n\n   like this',
    }),
  );
  expect(() => new Problems().throwIfAny()).not.toThrow();
});

test('a refusal by GitHub, or a mistake of ours, is no answer about what was looked at', async () => {
  const problems = new Problems();
  const refusal = new GitHubRefusal('github.forbidden', 403, 'no', 'ask');
  await expect(problems.look(() => Promise.reject(refusal))).rejects.toBe(refusal);
  await expect(problems.look(() => Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError);
});

test('the first reply says what a run may cost, and what that is made of', () => {
  const reading = readConfiguration(
    'version: 1\nagent: { solve: x }\nbenchmark: { suite: kata }\nlimits: { taskCostUSD: 0.25 }\n',
  );
  if (!reading.ok) throw new Error('the configuration is broken');
  const advice = (costUSD: number | null) =>
    costAdvice(
      {
        budget: 60,
        tasks: Array(40).fill('t'),
        heldOut: Array(20).fill('h'),
        costUSD,
      } as unknown as ArchiveEventOf<'run.started'>,
      reading.configuration,
    );
  // 40 + 60 + 2 x 20 evaluations at $0.25.
  expect(advice(100)).toMatch(/about \$35.*limit of \$100/);
  expect(advice(20)).toMatch(/at most \$20.*would be \$35/);
  expect(advice(null)).toMatch(/no limit/);
});
