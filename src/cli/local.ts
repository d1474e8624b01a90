import type { Command } from 'commander';
import { HuxleyError } from '../model/error.ts';
import { interrupted, interruptible } from './terminal/interruption.ts';

interface Options {
  readonly dir?: string;
  readonly port: string;
  readonly account?: string;
  readonly repository?: string;
  readonly from?: string;
  readonly webhook: string;
  readonly faults?: string;
  readonly action?: string[];
  readonly json?: boolean;
}

export function register(program: Command): void {
  const local = program.command('local').description('GitHub on this machine: a rehearsal without an account');
  local
    .command('github')
    .description('start a local GitHub with an account, a repository and the App on it; ends with Ctrl-C')
    .option('--dir <folder>', 'where its state is kept (default: local-github in HUXLEY_HOME)')
    .option('--port <number>', 'port to listen on; 0 takes a free one', '3080')
    .option('--account <login>', 'the account that owns the repository (default: what the state has, else you)')
    .option('--repository <name>', 'the repository to have (default: what the state has, else agent)')
    .option('--from <folder>', 'files of its first commit, when the repository is new')
    .option('--webhook <url>', 'where the App receives events', 'http://127.0.0.1:3000/api/github/webhooks')
    .option('--action <name=folder...>', 'actions that workflows may use in addition to the one of this checkout')
    .option('--faults <seed>', 'make things go wrong by chance, the same way for the same seed')
    .option('--json', 'the log as JSON lines')
    .action(async (options: Options) => {
      const port = wholeNumber('--port', options.port, 65_535);
      const seed = options.faults === undefined ? undefined : wholeNumber('--faults', options.faults, 2 ** 32 - 1);
      const { join } = await import('node:path');
      const { huxleyHome } = await import('../environment/home.ts');
      const { serveLocalGitHub } = await import('../local-github/serve-locally.ts');
      const ended = interrupted(interruptible('ending the local GitHub.'));
      const { ownActions } = await import('../local-github/world/action-folder.ts');
      const given = (options.action ?? []).map(actionIn);
      const actions = { ...(await ownActions()), ...Object.fromEntries(given) };
      const dir = options.dir ?? join(huxleyHome(), 'local-github');
      const { account, repository, from, webhook, json = false } = options;
      const named = { ...(account && { account }), ...(repository && { repository }) };
      const scope = { ...named, ...(from === undefined ? {} : { from }), ...(seed === undefined ? {} : { seed }) };
      await serveLocalGitHub({ dir, port, webhook, json, ended, actions, ...scope });
    });
}

function actionIn(text: string): readonly [name: string, folder: string] {
  const [, name, folder] = /^([\w.-]+\/[\w./-]+)=(.+)$/.exec(text) ?? [];
  if (name !== undefined && folder !== undefined) return [name, folder];
  throw new HuxleyError('cli.bad-action', `--action is '${text}'.`, 'Give owner/repository/path=folder.');
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most)
    throw new HuxleyError('cli.bad-number', `${option} is '${text}'.`, `Give a whole number from 0 to ${most}.`);
  return value;
}
