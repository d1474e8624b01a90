import { type Command, Option } from 'commander';
import { RECIPES } from './recipes.ts';

interface Options {
  readonly agent: string;
  readonly solve?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('init')
    .description('write a repository for Huxley to evolve: an agent to start from, its configuration and workflow')
    .argument('[dir]', 'folder to write to; nothing in it is overwritten', '.')
    .addOption(
      new Option('--agent <name>', 'what to start from; `custom` is an agent of yours')
        .choices(Object.keys(RECIPES))
        .makeOptionMandatory(),
    )
    .option('--solve <command>', 'with --agent custom: the command that solves a task (docs/agent-contract.md)')
    .option('--json', 'one JSON object')
    .action(async (dir: string, options: Options) => {
      const { writeRecipe } = await import('./write.ts');
      const { written, next } = await writeRecipe(dir, options.agent as keyof typeof RECIPES, options.solve);
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ folder: dir, written, next })}\n`
          : `${written.map((path) => `  ${path}`).join('\n')}\n\nNext:\n${next.map((step, n) => `  ${n + 1}. ${step}`).join('\n')}\n`,
      );
    });
}
