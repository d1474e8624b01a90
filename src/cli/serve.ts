import type { Command } from 'commander';
import { interrupted, interruptible } from './terminal/interruption.ts';

export function register(program: Command): void {
  program
    .command('serve')
    .description('run the GitHub App; settings come from environment variables (docs/operations.md)')
    .action(async () => {
      const [{ pino }, { readDeployment }, { openStore }, { startServer }] = await Promise.all([
        import('pino'),
        import('../environment/app.ts'),
        import('../app/open-store.ts'),
        import('../app/server.ts'),
      ]);
      const signal = interruptible('finishing what is at hand.', null);
      const deployment = readDeployment(process.env);
      const log = pino({ level: deployment.logLevel });
      const store = await openStore(deployment);
      const server = await startServer({
        ...deployment,
        store,
        log,
        options: { sweepSeconds: deployment.sweepSeconds },
      });
      await interrupted(signal);
      log.info({ signal: signal.reason.message }, 'finishing what is at hand');
      await server[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      process.exit(0);
    });
}
