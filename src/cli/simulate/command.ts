import { type Command, Option } from 'commander';
import { PREFERENCES } from '../../model/event.ts';
import { DURATIONS } from '../../search/hours.ts';
import { JOBS, jobsList, list, minutes, number, numbers, type SimulateOptions, whole } from './options.ts';

export function register(program: Command): void {
  program
    .command('simulate')
    .description('measure search policies on simulated landscapes, or advise on a budget')
    .option(
      '--landscape <file|name...>',
      'landscapes, by path or name, separated by spaces or commas (default: all that come with Huxley)',
    )
    .option('--policy <name,...>', 'policies, with parameters as name:param=value:param=value', list, ['huxley', 'hgm'])
    .option('--budget <n,...>', 'evaluations plus the charge for each expansion', numbers, [200, 360, 800])
    .option('--seeds <n>', 'worlds for each row', whole, 100)
    .option('--first-seed <n>', 'number of the first world', whole, 1)
    .addOption(
      new Option('--concurrency <n|nxm,...>', 'jobs at once, or jobs at once x tasks in a job')
        .argParser(jobsList)
        .default(JOBS, JOBS.map(({ concurrency, batch }) => `${concurrency}x${batch}`).join(',')),
    )
    .addOption(
      new Option('--prefer <what>', 'what to save when jobs run in parallel').choices(PREFERENCES).default('balance'),
    )
    .option('--batch <n>', 'tasks in an evaluation job, where --concurrency does not say', whole, 4)
    .addOption(
      new Option(
        '--minutes <name=n,...>',
        'minutes jobs take: start, medians of expansion and task, spread of their logarithm',
      )
        .argParser(minutes)
        .default(
          DURATIONS,
          Object.entries(DURATIONS)
            .map((entry) => entry.join('='))
            .join(','),
        ),
    )
    .option('--expansion-cost <n>', 'charge for an expansion, in evaluations', number, 2)
    .option('--confidence <p>', 'what the merge gate asks for', number, 0.95)
    .option(
      '--against <policy@budget[@nxm]>',
      'compare every row with this one (by default of its own concurrency), seed by seed',
    )
    .option('--threads <n>', 'worker threads (default: all cores)', whole, 0)
    .option('--json', 'one JSON object a line')
    .option('--svg <file>', 'write curves over the budget and over hours')
    .option('--advise', 'which policy, budget and concurrency to choose, and what to expect')
    .option('--tasks <n>', 'with --advise: number of tasks, held-out ones included', whole, 90)
    .option('--root-score <p>', 'with --advise: share of tasks the agent solves today', number, 0.4)
    .option('--price <usd>', 'with --advise: dollars for one evaluation', number, 0.25)
    .action(async (options: SimulateOptions) => {
      if (options.advise) await (await import('./advise.ts')).adviseCommand(options);
      else await (await import('./study.ts')).studyCommand(options);
    });
}
