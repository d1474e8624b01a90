import type { Runner, RunOutput, TestReport } from './plan.ts';
import { PRIVATE_FOLDER, REPORTING } from './runners.ts';

/** How a number becomes a score: `worst` is 0, `best` is 1, and what lies between is in proportion. Either may be the larger one. */
export interface Scale {
  readonly worst: number;
  readonly best: number;
  /** The score from which on an attempt resolves the task, above 0 and at most 1. */
  readonly pass: number;
}

/** The only test of such a task. */
export const SCORE_ID = 'score';

const REPORT = `${PRIVATE_FOLDER}/score`;

/**
 * Runs the author's command as root, with the wrappers of `bash` and `sh` first in its path: what these start is the worker user's, and
 * has ended before the number is read.
 */
const SCRIPT = `for try in {1..400}; do
  IFS= read -r nonce 2> /dev/null && break
  sleep 0.05
done
exec < /dev/null
readonly nonce
printf '%s begin\\n' "$nonce" >&3
(exec 3>&-; export PATH=/opt/huxley/shell:$PATH HUXLEY_REPORT=${REPORT}; exec "$@") >&2
status=$?
/usr/bin/perl /opt/huxley/end.pl --all || status=70
[ $status -eq 0 ] && [ ! -e ${PRIVATE_FOLDER}/unclean ] || exit $status
printf '%s score %s\\n' "$nonce" "$(tail -n 1 ${REPORT})" >&3
`;

/** A command of the suite's author that judges the solution from outside and writes one number to the file that `HUXLEY_REPORT` names. */
export function scoreRunner(command: string | readonly string[], scale: Scale): Runner {
  const words = typeof command === 'string' ? ['/opt/huxley/bash', '-c', command] : command;
  return {
    name: 'score',
    apart: true,
    env: { HOME: PRIVATE_FOLDER, TMPDIR: PRIVATE_FOLDER },
    command: () => [...REPORTING, '/opt/huxley/bash', '-c', SCRIPT, 'bash', ...words],
    runs: () => false,
    read: (output) => readScore(output, scale),
  };
}

function readScore({ stdout, nonce, timedOut }: RunOutput, { worst, best, pass }: Scale): TestReport {
  const [first, second, ...rest] = stdout.split('\n');
  const began = first === `${nonce} begin`;
  const text = second?.startsWith(`${nonce} score `) ? second.slice(nonce.length + ' score '.length).trim() : '';
  const value = text === '' ? Number.NaN : Number(text);
  const complete = began && Number.isFinite(value) && rest.join('\n') === '' && !timedOut;
  if (!complete) return { tests: new Map(), began, complete, intrusion: null };
  const score = Math.min(1, Math.max(0, (value - worst) / (best - worst)));
  return { tests: new Map([[SCORE_ID, score >= pass ? 'passed' : 'failed']]), began, complete, intrusion: null, score };
}
