import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { riskyWorkflows } from '../config/risky-workflows.ts';
import type { Check } from '../sandbox/setup/examine.ts';

const MARK = { ok: '✓', note: '·', missing: '✗' } as const;

export function register(program: Command): void {
  program
    .command('doctor')
    .description('what is there, what is missing, and how to mend it')
    .option('--repository <dir>', 'a checkout of the agent’s repository, to look at its workflows too', '.')
    .option('--json', 'the checks as JSON')
    .action(async (options: { json?: boolean; repository: string }) => {
      const { examine } = await import('../sandbox/setup/examine.ts');
      const checks = [...(await examine()), ...workflowChecks(options.repository)];
      if (options.json) process.stdout.write(`${JSON.stringify(checks, null, 2)}\n`);
      else
        for (const { state, name, detail, remedy } of checks)
          process.stdout.write(`${MARK[state]} ${name}: ${detail}\n${remedy === null ? '' : `    ${remedy}\n`}`);
      process.exitCode = checks.some(({ state }) => state === 'missing') ? 1 : 0;
    });
}

const WORKFLOWS = '.github/workflows';

/** Workflows of a repository that would run variants all the same; none where it holds no `.github/huxley.yml`. */
function workflowChecks(repository: string): Check[] {
  const folder = join(repository, WORKFLOWS);
  if (!existsSync(join(repository, '.github/huxley.yml')) || !existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  const found = riskyWorkflows(
    Object.fromEntries(names.map((name) => [`${WORKFLOWS}/${name}`, readFileSync(join(folder, name), 'utf8')])),
  );
  if (found.length === 0)
    return [
      {
        name: 'Workflows',
        state: 'ok',
        detail: `${names.length} looked at; none starts on an unread variant`,
        remedy: null,
      },
    ];
  return found.map(({ path, why }) => ({
    name: 'Workflows',
    state: 'note',
    detail: `${path}: ${why}`,
    remedy:
      "Leave out Huxley's branches: `if: ${{ !startsWith(github.head_ref || github.ref_name, 'huxley/') }}` on its jobs.",
  }));
}
