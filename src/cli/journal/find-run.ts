import { HuxleyError } from '../../model/error.ts';
import type { Journal, RunKey } from '../../store/journal.ts';

/**
 * The run of that name, or the newest run where none is named.
 * @throws HuxleyError `run.unknown` where there is none, `run.ambiguous` where several repositories have one
 */
export async function findRun(
  journal: Journal,
  run: string | undefined,
  repository: string | undefined,
): Promise<RunKey> {
  const known = await journal.runs(repository);
  const found = known.filter((key) => run === undefined || key.run === run);
  if (run !== undefined && found.length > 1)
    throw new HuxleyError(
      'run.ambiguous',
      `${found.length} repositories have a run ${run}.`,
      `Name one: ${found.map((key) => `--repository ${key.repository}`).join(', ')}.`,
    );
  const last = found.at(-1);
  if (last !== undefined) return last;
  throw new HuxleyError(
    'run.unknown',
    run === undefined ? 'There is no run yet.' : `There is no run ${run}${repository ? ` in ${repository}` : ''}.`,
    known.length === 0
      ? 'Start one with `/huxley run` in a comment, and run this where the App runs (same HUXLEY_HOME or DATABASE_URL).'
      : `Known runs: ${known
          .slice(-10)
          .map((each) => `${each.repository} ${each.run}`)
          .join(', ')}.`,
  );
}
