import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('setup')
    .description('make a Docker engine and the sandbox images ready')
    .argument('[images...]', 'built-in images to build', ['sandbox'])
    .option('--no-install', 'install and start nothing; use what is there')
    .action(async (images: string[], options: { install: boolean }) => {
      const { openSandbox } = await import('../sandbox/setup/open.ts');
      const { terminalSetup } = await import('./terminal/set-up.ts');
      using open = await openSandbox(terminalSetup(options.install));
      process.stdout.write(`Docker ${open.engine.version} at ${open.engine.origin}\n`);
      for (const name of images) process.stdout.write(`${name}: ${await open.image(name)}\n`);
    });
}
