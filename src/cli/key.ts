import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('key')
    .description('the key that an App signs its orders with, as a line of .github/huxley.yml')
    .option('--json', 'one JSON object')
    .action(async (options: { json?: boolean }) => {
      const [{ readPrivateKey }, { orderSigner }, { keyLine }] = await Promise.all([
        import('../environment/app.ts'),
        import('../order/signer.ts'),
        import('../run/work/signing-key.ts'),
      ]);
      const { publicKey } = orderSigner(readPrivateKey(process.env));
      process.stdout.write(`${options.json ? JSON.stringify({ publicKey }) : keyLine([publicKey])}\n`);
    });
}
