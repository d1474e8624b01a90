import type { Command } from 'commander';
import { HuxleyError } from '../../model/error.ts';

export function register(program: Command): void {
  program
    .command('watch [run]')
    .description('follow a run in this terminal; the newest one when none is named')
    .option('--repository <owner/name>', 'the repository the run belongs to')
    .option('--json', 'journal entries as JSON lines')
    .action(async (run: string | undefined, options: { repository?: string; json?: boolean }) => {
      const { openForReading } = await import('./open-journal.ts');
      const { followRun } = await import('../terminal/follow.ts');
      await using journal = await openForReading();
      const known = await journal.runs(options.repository);
      const key = known.findLast((candidate) => run === undefined || candidate.run === run);
      if (!key)
        throw new HuxleyError(
          'run.unknown',
          run === undefined
            ? 'There is no run yet.'
            : `There is no run ${run}${options.repository ? ` in ${options.repository}` : ''}.`,
          known.length === 0
            ? 'Start one with `/huxley run` in a comment, and run this where the App runs (same HUXLEY_HOME or DATABASE_URL).'
            : `Known runs: ${known
                .slice(-10)
                .map((each) => `${each.repository} ${each.run}`)
                .join(', ')}.`,
        );
      await followRun(journal, key, { json: options.json === true });
    });
}
