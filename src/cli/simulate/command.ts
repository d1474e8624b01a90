import { type Command, InvalidArgumentError, Option } from 'commander';
import { PREFERENCES } from '../../model/event.ts';
import type { SimulateOptions } from './options.ts';

export function register(program: Command): void {
  program
    .command('simulate')
    .description('measure search policies on simulated landscapes, or advise on a budget')
    .option(
      '--landscape <file|name...>',
      'landscapes, by path or name, separated by blanks or commas (default: all that come with Huxley)',
    )
    .option('--policy <name,...>', 'policies, with parameters as name:param=value:param=value', list, ['huxley', 'hgm'])
    .option('--budget <n,...>', 'evaluations plus the charge for each expansion', numbers, [200, 360, 800])
    .option('--seeds <n>', 'worlds for each row', whole, 100)
    .option('--first-seed <n>', 'number of the first world', whole, 1)
    .option('--concurrency <n>', 'jobs in flight', whole, 1)
    .addOption(
      new Option('--prefer <what>', 'what to save where jobs run side by side').choices(PREFERENCES).default('balance'),
    )
    .option('--batch <n>', 'tasks in one evaluation job', whole, 1)
    .option('--expansion-cost <n>', 'charge for an expansion, in evaluations', number, 2)
    .option('--confidence <p>', 'what the merge gate asks for', number, 0.95)
    .option('--against <policy@budget>', 'compare every row with this one, seed by seed')
    .option('--threads <n>', 'worker threads (default: all cores)', whole, 0)
    .option('--json', 'one JSON object a line')
    .option('--svg <file>', 'write curves over the budget')
    .option('--advise', 'what budget and policy to take, and what to expect')
    .option('--tasks <n>', 'with --advise: number of tasks, held-out ones included', whole, 90)
    .option('--root-score <p>', 'with --advise: share of tasks the agent solves today', number, 0.4)
    .option('--price <usd>', 'with --advise: dollars for one evaluation', number, 0.25)
    .action(async (options: SimulateOptions) => {
      if (options.advise) await (await import('./advise.ts')).adviseCommand(options);
      else await (await import('./study.ts')).studyCommand(options);
    });
}

function list(value: string): string[] {
  const items = value.split(',').map((item) => item.trim());
  if (items.some((item) => item === '')) throw new InvalidArgumentError('an empty name between commas.');
  return items;
}

function numbers(value: string): number[] {
  return value.split(',').map(whole);
}

function whole(value: string): number {
  if (!/^\d{1,9}$/.test(value.trim())) throw new InvalidArgumentError('a whole number, 0 or more.');
  return Number(value);
}

function number(value: string): number {
  const parsed = Number(value);
  if (value.trim() === '' || !(parsed >= 0)) throw new InvalidArgumentError('a number, 0 or more.');
  return parsed;
}
