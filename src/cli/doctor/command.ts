import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Check } from '../../sandbox/setup/examine.ts';
import { checksExit, checksText } from '../terminal/print-checks.ts';

interface DoctorOptions {
  readonly json?: boolean;
  readonly repository?: string;
  readonly repo?: string | true;
  readonly dispatch?: boolean;
  readonly preflight?: boolean;
  readonly path?: string;
  readonly install: boolean;
}

export function register(program: Command): void {
  program
    .command('doctor')
    .description('what is there, what is missing, and how to fix it')
    .option(
      '--repository <dir>',
      'a checkout of the agent’s repository, to check too (default: this folder, if it is one)',
    )
    .addOption(
      new Option(
        '--repo [owner/name]',
        'look at a repository on GitHub instead of this machine: its settings, files, secrets’ names and App (default: what remote origin is)',
      ).conflicts(['repository', 'preflight']),
    )
    .option(
      '--dispatch',
      'the same, and have a worker try what the first job of a run tries, which calls each model once and costs that call; needs the App’s credentials',
    )
    .option(
      '--preflight',
      'also try what the first job of a run tries: reads every task, runs the agent’s check in its image, and calls each model once, which costs that call',
    )
    .option('--path <path>', 'with --preflight: folder with the data of a suite that is not embedded')
    .option('--no-install', 'with --preflight: install and start nothing; use what is there')
    .option('--json', 'one JSON object for each check')
    .action(async (options: DoctorOptions) => {
      const repo = options.repo ?? (options.dispatch ? true : undefined);
      const checks = repo === undefined ? await localChecks(options) : await repoChecks(repo, options);
      if (options.json) for (const check of checks) process.stdout.write(`${JSON.stringify(check)}\n`);
      else process.stdout.write(checksText(checks, process.stdout.isTTY ? process.stdout.columns || 80 : null));
      process.exitCode = checksExit(checks);
    });
}

async function localChecks(options: DoctorOptions): Promise<readonly Check[]> {
  const { examine } = await import('../../sandbox/setup/examine.ts');
  const { examineCheckout } = await import('./checkout.ts');
  const repository = options.repository ?? '.';
  return [
    ...(await examine()),
    ...notThere(options.repository),
    ...(await examineCheckout(repository)),
    ...(options.preflight ? await preflightChecks(repository, options) : []),
  ];
}

async function repoChecks(repo: string | true, { dispatch = false, json }: DoctorOptions): Promise<readonly Check[]> {
  const [{ repositoryNamed }, { examineRemote }, { interruptible }, { askYes, canAsk }, { printable }] =
    await Promise.all([
      import('./remote/origin.ts'),
      import('./remote/examine.ts'),
      import('../terminal/interruption.ts'),
      import('../terminal/ask.ts'),
      import('../../job/attempt/printable.ts'),
    ]);
  const question =
    'Nothing is missing. Have a worker try the first job? It calls each model once, which costs that call.';
  const checks = await examineRemote(await repositoryNamed(repo, '.'), process.env, {
    wanted: dispatch,
    ask: json || !canAsk() ? null : async (checks) => checksExit(checks) === 0 && askYes(question, false),
    begin: () => interruptible('cancelling the workflow run of the trial.'),
    report: (line) => process.stderr.write(`${line}\n`),
  });
  // Names of files and jobs, and GitHub's words, are others'.
  return checks.map((check) => ({ ...check, detail: printable(check.detail) }));
}

async function preflightChecks(folder: string, { path, install }: DoctorOptions): Promise<readonly Check[]> {
  const { tryPreflight } = await import('./preflight.ts');
  const { interruptible } = await import('../terminal/interruption.ts');
  const { terminalSetup } = await import('../terminal/set-up.ts');
  const signal = interruptible('ending the containers of the check.');
  return await tryPreflight({ folder, path, setup: terminalSetup(install, signal), signal });
}

/** A repository that was named, but isn't one of an agent: not to be called healthy. */
function notThere(repository: string | undefined): Check[] {
  if (repository === undefined || existsSync(join(repository, '.github/huxley.yml'))) return [];
  const detail = `${repository} has no .github/huxley.yml`;
  const remedy = 'Name a checkout of the agent’s repository, or write that file (docs/configuration.md).';
  return [{ name: 'Repository', state: 'missing', detail, remedy }];
}
