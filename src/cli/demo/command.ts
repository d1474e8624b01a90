import { type Command, InvalidArgumentError } from 'commander';

export function register(program: Command): void {
  program
    .command('demo')
    .description('play a whole run on this machine: local GitHub, App, runner, sandbox, starter agent')
    .option('--budget <n>', 'evaluations the search may use', whole(1, 10_000), 60)
    .option(
      '--seed <n>',
      'seed of every random choice; with --concurrency 1 it repeats a run, if no attempt runs out of time (default: chosen at random)',
      whole(0, 4_294_967_295),
    )
    .option(
      '--tries <n>',
      'seeds to try until a run merges something; one with --seed or a real model',
      whole(1, 20),
      3,
    )
    .option('--policy <name>', 'rule that decides what happens next', 'huxley')
    .option('--concurrency <n>', 'jobs at once', whole(1, 64), 1)
    .option(
      '--out <dir>',
      'report folder (default: huxley-report, or huxley-report-2 and so on while another demo writes there)',
    )
    .option('--model <name>', 'a real model, which costs money and needs OPENAI_API_KEY', 'rehearsal')
    .option('--port <n>', 'port of the local GitHub; 0 for a free one', whole(0, 65_535), 0)
    .option('--keep', 'leave the local GitHub running at the end')
    .option('--json', 'events as JSON lines, then the report as one')
    .option('--no-install', 'install and start nothing')
    .action(async ({ install, keep = false, json = false, ...rest }) => {
      const { playDemo } = await import('./play.ts');
      await playDemo({ ...rest, keep, json, mayInstall: install });
    });
}

/** A whole number within a range, as an option's value. */
function whole(low: number, high: number): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number(text) >= low && Number(text) <= high) return Number(text);
    throw new InvalidArgumentError(`Give a whole number from ${low} to ${high}.`);
  };
}
