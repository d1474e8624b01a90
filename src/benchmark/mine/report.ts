import { z } from 'zod';
import { REASONS, type Reason } from './drop.ts';

/** What became of one commit, as a line of the results. */
export const outcomeSchema = z.strictObject({
  /** The commit. */
  task: z.string().regex(/^[0-9a-f]{40,64}$/),
  subject: z.string(),
  date: z.string(),
  /** The pull request that it says it is. */
  pullRequest: z.int().nullable(),
  /** The task that was made of it; null where it was dropped. */
  id: z.string().nullable(),
  reason: z.enum(Object.keys(REASONS) as [Reason, ...Reason[]]).nullable(),
  detail: z.string(),
  /** Tests that tell the fix from its absence, those that hold either way, and those that were left out as flaky. */
  failToPass: z.int().min(0),
  passToPass: z.int().min(0),
  flaky: z.array(z.string()),
  /** What was taken out of the statement, and which files the task goes without. */
  removed: z.array(z.string()),
  leftOut: z.array(z.string()),
  seconds: z.number().min(0),
});
export type Outcome = z.infer<typeof outcomeSchema>;

export interface Totals {
  readonly commits: number;
  readonly tasks: number;
  /** Commits by the reason for which they were dropped, the most frequent first. */
  readonly dropped: readonly (readonly [reason: Reason, commits: number])[];
}

export function totalsOf(outcomes: readonly Outcome[]): Totals {
  const counts = Map.groupBy(
    outcomes.flatMap(({ reason }) => reason ?? []),
    (reason) => reason,
  );
  const dropped = [...counts].map(([reason, all]) => [reason, all.length] as const).toSorted((a, b) => b[1] - a[1]);
  return { commits: outcomes.length, tasks: outcomes.filter(({ id }) => id !== null).length, dropped };
}

/** One line on a commit. @param plain makes a stranger's text one harmless line */
export function describe(outcome: Outcome, plain: (text: string) => string): string {
  const { task, subject, id, reason, detail, failToPass, passToPass } = outcome;
  const commit = `${task.slice(0, 9)} ${plain(subject)}`;
  if (reason === null) return `✓ ${id}: ${failToPass} to fix, ${passToPass} to keep (${commit})`;
  return `· ${commit}: ${REASONS[reason]}${detail === '' ? '' : ` (${plain(detail)})`}`;
}

/** The whole report in Markdown. @param cell makes a stranger's text one harmless line */
export function reportText(
  name: string,
  outcomes: readonly Outcome[],
  left: number,
  cell: (text: string) => string,
): string {
  const safe = (text: string) => cell(text).replace(/[|<>`\\]/g, ' ');
  const { commits, tasks, dropped } = totalsOf(outcomes);
  const made = outcomes.filter(({ id }) => id !== null);
  const rest = outcomes.filter(({ id }) => id === null);
  return `${[
    `# Tasks made from the history of ${safe(name)}`,
    `${tasks} tasks from ${commits} commits; ${left} commits were not looked at.`,
    ...(dropped.length === 0
      ? []
      : [
          [
            '| dropped because | commits |',
            '|---|--:|',
            ...dropped.map(([reason, n]) => `| ${REASONS[reason]} | ${n} |`),
          ].join('\n'),
        ]),
    ...(made.length === 0
      ? []
      : [
          [
            '| task | commit | to fix | to keep | flaky | removed from the statement | left out |',
            '|---|---|--:|--:|--:|---|---|',
            ...made.map(
              (one) =>
                `| ${one.id} | ${one.task.slice(0, 9)} | ${one.failToPass} | ${one.passToPass} | ${one.flaky.length} | ${safe(one.removed.join('; '))} | ${safe(one.leftOut.slice(0, 5).join('; '))}${one.leftOut.length > 5 ? ` and ${one.leftOut.length - 5} more` : ''} |`,
            ),
          ].join('\n'),
        ]),
    ...(rest.length === 0
      ? []
      : [
          [
            '| commit | subject | dropped because |',
            '|---|---|---|',
            ...rest.map(
              ({ task, subject, reason, detail }) =>
                `| ${task.slice(0, 9)} | ${safe(subject)} | ${REASONS[reason!]}${detail === '' ? '' : `: ${safe(detail)}`} |`,
            ),
          ].join('\n'),
        ]),
  ].join('\n\n')}\n`;
}
