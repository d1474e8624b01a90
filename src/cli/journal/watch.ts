import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('watch [run]')
    .description('follow a run in this terminal; the newest one when none is named')
    .option('--repository <owner/name>', 'the repository the run belongs to')
    .option('--json', 'journal entries as JSON lines')
    .action(async (run: string | undefined, options: { repository?: string; json?: boolean }) => {
      const { openForReading } = await import('./open-journal.ts');
      const { followRun } = await import('../terminal/follow.ts');
      const { findRun } = await import('./find-run.ts');
      await using journal = await openForReading();
      const key = await findRun(journal, run, options.repository);
      await followRun(journal, key, { json: options.json === true });
    });
}
