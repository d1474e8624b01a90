import { z } from 'zod';

export const measureSchema = z
  .strictObject({
    on: z
      .enum(['command', 'pull_request'])
      .default('command')
      .describe(
        'When pull requests are measured: `command` only on `/huxley measure`; `pull_request` also at each new head of those that somebody with write access opens from a branch of the repository, except drafts.',
      ),
    monthlyUSD: z
      .number()
      .min(0)
      .default(20)
      .describe('US dollars that all measurements without a command together may cost in a calendar month (UTC).'),
    evaluations: z
      .int()
      .min(2)
      .max(100_000)
      .nullable()
      .default(null)
      .describe('Maximum number of evaluations for each, both commits together; null for as many as with a command.'),
  })
  .prefault({});
