import type { Command } from 'commander';
import { checksExit, checksText } from '../terminal/print-checks.ts';

interface Options {
  readonly install: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('agent')
    .description('agents on this machine')
    .command('check')
    .description(
      'try whether an agent works: builds it, runs its check, one task and one change of itself; calls no real model',
    )
    .argument('[dir]', "the agent's repository", '.')
    .option('--no-install', 'install and start nothing; use what is there')
    .option('--json', 'one JSON object for each step')
    .action(async (dir: string, options: Options) => {
      const { checkAgent } = await import('./check.ts');
      const { interruptible } = await import('../terminal/interruption.ts');
      const { terminalSetup } = await import('../terminal/set-up.ts');
      const signal = interruptible('ending the containers of the check.');
      const checks = await checkAgent(dir, terminalSetup(options.install, signal), signal);
      if (options.json) for (const check of checks) process.stdout.write(`${JSON.stringify(check)}\n`);
      else process.stdout.write(checksText(checks, process.stdout.isTTY ? process.stdout.columns || 80 : null));
      process.exitCode = checksExit(checks);
    });
}
