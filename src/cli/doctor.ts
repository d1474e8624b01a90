import type { Command } from 'commander';

const MARK = { ok: '✓', note: '·', missing: '✗' } as const;

export function register(program: Command): void {
  program
    .command('doctor')
    .description('what is there, what is missing, and how to mend it')
    .option('--json', 'the checks as JSON')
    .action(async (options: { json?: boolean }) => {
      const { examine } = await import('../sandbox/setup/examine.ts');
      const checks = await examine();
      if (options.json) process.stdout.write(`${JSON.stringify(checks, null, 2)}\n`);
      else
        for (const { state, name, detail, remedy } of checks)
          process.stdout.write(`${MARK[state]} ${name}: ${detail}\n${remedy === null ? '' : `    ${remedy}\n`}`);
      process.exitCode = checks.some(({ state }) => state === 'missing') ? 1 : 0;
    });
}
