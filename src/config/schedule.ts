import { Cron } from 'croner';
import { z } from 'zod';
import { messageOf } from '../model/error.ts';
import { PREFERENCES } from '../model/event.ts';

/** What `/huxley run` may be given, for runs that nobody gives it. */
const run = z
  .strictObject({
    budget: z.int().min(1).max(100_000).exactOptional().describe('As `search.budget`.'),
    seed: z.int().min(0).max(0xffffffff).exactOptional().describe('Seed of every random choice.'),
    policy: z
      .string()
      .regex(/^[a-z][a-z-]{0,30}$/)
      .exactOptional()
      .describe('As `search.policy`.'),
    concurrency: z.int().min(1).max(256).exactOptional().describe('As `search.concurrency`.'),
    batch: z.int().min(1).max(100).exactOptional().describe('As `search.batch`.'),
    prefer: z.enum(PREFERENCES).exactOptional().describe('As `search.prefer`.'),
    costUSD: z.number().min(0).max(1_000_000).exactOptional().describe('As `limits.costUSD`.'),
    hours: z.number().min(0.01).max(720).exactOptional().describe('As `limits.hours`.'),
    merge: z.enum(['manual', 'auto']).exactOptional().describe('As `merge.mode`.'),
  })
  .prefault({});

export const scheduleSchema = z
  .strictObject({
    cron: z
      .string()
      .superRefine((text, context) => {
        const problem = cronProblem(text);
        if (problem !== null) context.addIssue({ code: 'custom', message: problem });
      })
      .nullable()
      .default(null)
      .describe(
        'When a run starts by itself, in UTC, as a cron expression of five fields: `"0 3 * * 1"` is Mondays at three. Null for never.',
      ),
    after: z
      .enum(['push'])
      .nullable()
      .default(null)
      .describe('`push` starts a run after a push to the default branch that changes one of `paths`.'),
    paths: z
      .array(z.string().min(1))
      .max(100)
      .default([])
      .describe('Globs for `after: push`, such as the agent’s prompts: `["prompts/**"]`.'),
    monthlyUSD: z
      .number()
      .min(0)
      .default(100)
      .describe(
        'US dollars that runs started by a schedule or a label together may cost in a calendar month (UTC). A run gets what is left if that is less than `limits.costUSD`.',
      ),
    run,
  })
  .superRefine(({ after, paths }, context) => {
    if (after === 'push' && paths.length === 0)
      context.addIssue({ code: 'custom', path: ['paths'], message: 'name the files whose change starts a run' });
  })
  .prefault({});

/** What is wrong with a time in cron's form; null where nothing is. */
function cronProblem(text: string): string | null {
  try {
    // The library knows more forms: seconds, dates, `@daily`.
    if (!/^\S+(\s+\S+){4}$/.test(text)) throw new Error('it takes five fields');
    return parse(text).nextRun() === null ? 'this time never comes' : null;
  } catch (error) {
    return `this is not a cron expression such as "0 3 * * 1": ${messageOf(error).replace(/^CronPattern: /, '')}`;
  }
}

/** The first time of a cron expression after `since`; null where none comes. */
export function timeAfter(cron: string, since: Date): Date | null {
  return parse(cron).nextRun(since);
}

function parse(text: string): Cron {
  return new Cron(text, { mode: '5-part', timezone: 'UTC', paused: true });
}
