import { z } from 'zod';

export const measureSchema = z
  .strictObject({
    on: z
      .enum(['command', 'pull_request'])
      .default('command')
      .describe(
        'When a pull request is measured: `command` on `/huxley measure` alone; `pull_request` each head of every one, too, that somebody with write access opens from a branch of the repository, drafts excepted.',
      ),
    monthlyUSD: z
      .number()
      .min(0)
      .default(20)
      .describe('US dollars that measurements without a command may cost in a calendar month (UTC), all together.'),
    evaluations: z
      .int()
      .min(2)
      .max(100_000)
      .nullable()
      .default(null)
      .describe('Evaluations of each at most, of both commits together; null for as many as on a command.'),
  })
  .prefault({});
