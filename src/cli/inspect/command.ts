import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('inspect')
    .description('what is stored about a run, what it does next, and why it may be stuck')
    .argument('<run>', 'e.g. r41')
    .option(
      '--repository <owner/name>',
      'the repository the run belongs to; needed where several have a run of that name',
    )
    .option('--json', 'one JSON object')
    .action(async (run: string, { repository, json }: { repository?: string; json?: boolean }) => {
      const [{ openForReading }, { inspectRun }, { inspectionText }, { isAliveHere }, { forgeOf }, { findRun }] =
        await Promise.all([
          import('../journal/open-journal.ts'),
          import('../../run/inspect.ts'),
          import('./print.ts'),
          import('./holder.ts'),
          import('./forge.ts'),
          import('../journal/find-run.ts'),
        ]);
      await using store = await openForReading();
      const key = await findRun(store, run, repository);
      const forge = await forgeOf(process.env, key.repository);
      const inspection = await inspectRun(store, key, { now: new Date(), forge, isAlive: isAliveHere });
      process.stdout.write(json ? `${JSON.stringify(inspection)}\n` : inspectionText(inspection));
    });
}
