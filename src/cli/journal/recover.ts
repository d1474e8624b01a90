import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('recover')
    .description("rebuild runs' journals from what GitHub holds: branches, commits and the App's own check runs")
    .argument('<repository>', 'owner/name')
    .option('--run <run>', 'one run, e.g. r41; every run of the repository by default')
    .option('--json', 'print one JSON object a line')
    .action(async (repository: string, options: { run?: string; json?: boolean }) => {
      const [{ pino }, { LiveBlock }, { readDeployment }, { connect }, { openStore }, { recoverableRuns, recoverRun }] =
        await Promise.all([
          import('pino'),
          import('../terminal/live.ts'),
          import('../../environment/app.ts'),
          import('../../app/connect.ts'),
          import('../../app/open-store.ts'),
          import('../../run/recover.ts'),
        ]);
      const deployment = readDeployment(process.env);
      await using store = await openStore(deployment);
      const forge = await (await connect({ ...deployment, log: pino({ level: 'silent' }) })).forge(repository);
      const there = new Set((await store.runs(repository)).map(({ run }) => run));
      for (const run of options.run ? [options.run] : await recoverableRuns(forge)) {
        if (!options.run && there.has(run)) continue;
        const block = new LiveBlock();
        const done = await recoverRun(forge, store, run, (step, count, of) => {
          const text = `${run}: ${count} of ${of} ${step} read`;
          if (block.isLive) block.draw([text]);
          else if (!options.json && (count === of || count % 100 === 0)) block.say(text);
        });
        block.clear();
        process.stdout.write(
          options.json
            ? `${JSON.stringify(done)}\n`
            : `${run}: ${done.entries} journal entries${done.orphans.length > 0 ? `; deleted ${done.orphans.join(', ')}, which no evidence mentions` : ''}\n`,
        );
      }
    });
}
