import type { Command } from 'commander';
import { environmentOf, SERVE_OPTIONS, type ServeOptions } from './serve/options.ts';
import { interrupted, interruptible } from './terminal/interruption.ts';

export function register(program: Command): void {
  const command = program
    .command('serve')
    .description('run the GitHub App, registering it first if needed; settings: docs/operations.md')
    .action(async (options: ServeOptions) => {
      const [{ withApp }, { relayOf, forwardFrom, forwardAsBefore }] = await Promise.all([
        import('./serve/register.ts'),
        import('./serve/smee.ts'),
      ]);
      const [{ pino }, { readDeployment }, { openStore }, { startServer }, { watch }] = await Promise.all([
        import('pino'),
        import('../environment/app.ts'),
        import('../app/open-store.ts'),
        import('../app/server.ts'),
        import('../app/watch.ts'),
      ]);
      const signal = interruptible('finishing work in progress.', null);
      const relay = relayOf(options);
      const env = await withApp(environmentOf(options), relay, options, signal);
      if (env === null) process.exit(0);
      const deployment = readDeployment(env);
      const log = pino({ level: deployment.logLevel });
      const store = await openStore(deployment);
      const watching = await watch(env, store, log);
      const server = await startServer({
        ...deployment,
        ...watching.parts,
        store,
        log,
        options: { sweepSeconds: deployment.sweepSeconds },
      });
      const line = { target: server.webhooks, signal };
      if (relay !== null) await forwardFrom(relay, env, { ...deployment, log }, line);
      else void forwardAsBefore(env, { ...deployment, log }, line);
      await interrupted(signal);
      log.info({ signal: signal.reason.message }, 'finishing work in progress');
      await server[Symbol.asyncDispose]();
      await watching[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      process.exit(0);
    });
  for (const option of SERVE_OPTIONS) command.addOption(option);
}
