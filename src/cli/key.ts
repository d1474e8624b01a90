import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';

interface Options {
  readonly json?: boolean;
  readonly new?: boolean;
}

export function register(program: Command): void {
  program
    .command('key')
    .description('the key that an App signs its orders with, as a line of .github/huxley.yml')
    .option('--new', 'make a HUXLEY_KEY for a repository without a server, and print it with its line; needs no App')
    .option('--json', 'one JSON object')
    .action(async (options: Options) => {
      const [{ readPrivateKey }, { orderSigner, secretSigner }, { keyLine }] = await Promise.all([
        import('../environment/app.ts'),
        import('../order/signer.ts'),
        import('../run/work/signing-key.ts'),
      ]);
      const secret = options.new ? randomBytes(32).toString('base64url') : null;
      const { publicKey } = secret === null ? orderSigner(readPrivateKey(process.env)) : secretSigner(secret);
      const given = { ...(secret === null ? {} : { secret }), publicKey };
      const lines = [...(secret === null ? [] : [`HUXLEY_KEY=${secret}`]), keyLine([publicKey])];
      process.stdout.write(`${options.json ? JSON.stringify(given) : lines.join('\n')}\n`);
    });
}
