import type { Trajectory } from './trajectory.ts';

/** A trajectory whose every text names the variant and the task, so that tests can tell what was shown. */
export function trajectory(
  variant: Trajectory['variant'],
  task: string,
  verdict: Trajectory['verdict'],
  other: Partial<Trajectory> = {},
): Trajectory {
  const mark = (what: string) => `${what} of ${variant} on ${task}`;
  return {
    v: 1,
    variant,
    task,
    verdict,
    evidence: '2 of 3 expected tests passed',
    ended: 'exit 0',
    statement: `statement of ${task}`,
    transcript: mark('log'),
    conversation: mark('conversation'),
    patch: mark('patch'),
    ...other,
  };
}
