import { type Command, InvalidArgumentError, Option } from 'commander';
import { OPERATORS } from '../../model/operator.ts';

import type { ExpandOptions } from './options.ts';

export function register(program: Command): void {
  program
    .command('expand')
    .description('let an agent rewrite itself once: evidence, diagnosis, patch, validation, check, commit')
    .requiredOption('--agent <dir>', 'the agent’s folder')
    .addOption(new Option('--operator <name>', 'how the child is made').choices([...OPERATORS]).default('mutation'))
    .option('--suite <suite>', 'tasks the evidence comes from; by default what .github/huxley.yml says')
    .option('--model <name>', 'the model for everything; `rehearsal` needs no key')
    .option('--donor <dir>', 'the agent hybridization learns from')
    .option('--tasks <ids>', 'tasks to look for evidence in, separated by commas; by default in random order')
    .option('--seed <n>', 'for the order of tasks and for the rehearsal model', whole, 1)
    .option('--concurrency <n>', 'tasks worked on at once', whole, 2)
    .option('--out <folder>', 'where the child’s repository goes; by default a new folder in huxley-report/')
    .option('--no-install', 'install and start nothing; use what is there')
    .option('--json', 'one JSON object instead of text')
    .action(async (options: ExpandOptions) => (await import('./agent.ts')).expandAgent(options));
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 2 ** 31) throw new InvalidArgumentError('a whole number from 1');
  return value;
}
