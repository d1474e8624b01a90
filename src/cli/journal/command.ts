import type { Command } from 'commander';
import { commandLine } from '../../model/command-line.ts';

export function register(program: Command): void {
  const journal = program.command('journal').description('look at, save and restore the journals of runs');
  journal
    .command('list')
    .description('list every run that has a journal')
    .option('--json', 'one JSON object a line')
    .action(async ({ json }: { json?: boolean }) => {
      const { openForReading } = await import('./open-journal.ts');
      await using store = await openForReading();
      for (const key of await store.runs())
        process.stdout.write(`${json ? JSON.stringify(key) : `${key.repository} ${key.run}`}\n`);
    });
  journal
    .command('export')
    .description(`print a run as JSON lines, for ${commandLine('replay')} and for keeping`)
    .argument('<repository>', 'owner/name')
    .argument('<run>', 'e.g. r41')
    .action(async (repository: string, run: string) => {
      const [{ pipeline }, { openForReading }, { exportLines }, { entriesOf }, { HuxleyError }] = await Promise.all([
        import('node:stream/promises'),
        import('./open-journal.ts'),
        import('../../store/export.ts'),
        import('../../store/journal.ts'),
        import('../../model/error.ts'),
      ]);
      await using store = await openForReading();
      const key = { repository, run };
      if ((await store.read(key, 0, 1)).length === 0)
        throw new HuxleyError(
          'journal.unknown-run',
          `There is no journal of run ${run} of ${repository}.`,
          `${commandLine('journal list')} lists the journals.`,
        );
      await pipeline(exportLines(key, entriesOf(store, key)), process.stdout, { end: false });
    });
  journal
    .command('import')
    .description('write an exported journal back; never over an existing one')
    .argument('<file>', `what ${commandLine('journal export')} printed`)
    .action(async (file: string) => {
      const [{ open }, { join }, { openExport }, { openStore }, { huxleyHome }, { HuxleyError, messageOf }] =
        await Promise.all([
          import('node:fs/promises'),
          import('node:path'),
          import('../../store/export.ts'),
          import('../../app/open-store.ts'),
          import('../../environment/home.ts'),
          import('../../model/error.ts'),
        ]);
      const unreadable = (error: unknown): never => {
        if (error instanceof HuxleyError) throw error;
        throw new HuxleyError(
          'export.source',
          `${file} cannot be read: ${messageOf(error)}`,
          `Name a file that ${commandLine('journal export')} wrote.`,
        );
      };
      await using handle = await open(file).catch(unreadable);
      const { repository, run, entries } = await openExport(handle.readLines(), file).catch(unreadable);
      await using store = await openStore({
        databaseURL: process.env.DATABASE_URL ?? null,
        sqlitePath: join(huxleyHome(), 'journal.sqlite'),
      });
      let count = 0;
      const counted = async function* () {
        for await (const entry of entries) {
          count++;
          yield entry;
        }
      };
      await store.restore({ repository, run }, counted());
      process.stdout.write(`${repository} ${run}: ${count} entries\n`);
    });
}
