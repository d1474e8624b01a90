import { type Command, InvalidArgumentError, Option } from 'commander';
import type { MineOptions } from './options.ts';

export function register(bench: Command): void {
  bench
    .command('mine')
    .description('make tasks from commits and pull requests of a repository that change source and tests together')
    .requiredOption('--repo <dir>', 'a clone with its history; its code runs only in containers')
    .option('--since <date>', 'only commits after this date, as git reads one')
    .option('--until <date>', 'only commits before this date')
    .option('--max <n>', 'stop after this many tasks, newest commits first', whole(1, 1_000), 50)
    .option('--out <folder>', 'where the tasks go; the same command continues there', 'mined-tasks')
    .addOption(
      new Option('--format <format>', 'what is written: a folder of tasks, or tasks in Harbor’s format')
        .choices(['folder', 'harbor'])
        .default('folder'),
    )
    .option('--image <image>', 'what tests run in: an image, or ./Dockerfile of the repository', 'sandbox')
    .option('--images <name>', 'name of the images made for tasks; push them there', repository, 'huxley/mined')
    .option('--build <command>', 'installs what the tests need; by default as the lock files say')
    .option('--test <command>', 'runs the tests {files}; by default as package.json says, or pytest')
    .option('--test-seconds <n>', 'seconds one run of the tests may take', whole(1, 600), 120)
    .option('--exclude <glob...>', 'paths to leave out of every task')
    .option('--repeat <n>', 'runs of the tests without the fix and with it', whole(1, 20), 3)
    .option('--github <owner/name>', 'read pull requests and issues there, with the token in GITHUB_TOKEN')
    .option('--no-install', 'install and start nothing; use what is there')
    .option('--json', 'JSON lines instead of text')
    .action(async (options: MineOptions) => (await import('./mine.ts')).mine(options));
}

function repository(name: string): string {
  if (/^[a-z0-9]+(?:[._:/-]+[a-z0-9]+)*$/.test(name) && !/:[^/]*$/.test(name)) return name;
  throw new InvalidArgumentError('a name without a tag, e.g. ghcr.io/acme/tasks');
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`a whole number from ${least} to ${most}`);
    return value;
  };
}
