import { type Command, InvalidArgumentError, Option } from 'commander';
import { HuxleyError } from '../../model/error.ts';
import { CLIS } from './cli-agent.ts';
import type { InitFlags } from './flags.ts';
import { RECIPES } from './recipes.ts';

interface Options extends InitFlags {
  readonly agent?: keyof typeof RECIPES;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('init')
    .description('set Huxley up in a checkout of your agent, or with --agent write an agent to start from')
    .argument('[dir]', 'the checkout, or the folder to write to; nothing in it is overwritten', '.')
    .addOption(
      new Option(
        '--agent <name>',
        'write an agent to start from into an empty folder; `custom` is for your own',
      ).choices(Object.keys(RECIPES)),
    )
    .option('-y, --yes', 'ask nothing: flags and what is detected answer every question')
    .option('--solve <command>', 'the command that solves a task (docs/agent-contract.md)', filled)
    .addOption(
      new Option('--cli <name>', 'the agent is this repository’s configuration of a CLI').choices(Object.keys(CLIS)),
    )
    .option('--check <command>', 'a quick test of the agent, without a model', filled)
    .option('--build <command>', 'installs what the agent depends on', filled)
    .option('--model <name>', 'the model that solves tasks', filled)
    .option(
      '--suite <name>',
      'the tasks: a folder, `kata`, or `tasks` for a few to start from (docs/suites.md)',
      filled,
    )
    .option('--budget-usd <n>', 'what a run may spend, in US dollars', dollars)
    .option('--server', 'decisions are made by an App that you run')
    .option('--serverless', 'decisions are made in GitHub Actions too: no server')
    .option('--action <repository>', 'owner/name of a fork or mirror that publishes the action', repositoryName)
    .option('--push', 'commit to the default branch and push, instead of a pull request')
    .option('--no-commit', 'leave the files uncommitted')
    .option('--no-github', 'change nothing on GitHub; show the commands instead')
    .option('--json', 'one JSON object')
    .action(async (dir: string, options: Options) => {
      if (options.agent === undefined) await runGuide(dir, options);
      else await runRecipe(dir, options.agent, options);
    });
}

function filled(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('it is empty');
}

function dollars(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('a number of US dollars, e.g. 20');
}

function repositoryName(text: string): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(text)) return text;
  throw new InvalidArgumentError('owner/name');
}

async function runGuide(dir: string, options: Options): Promise<void> {
  const [{ guide }, { nextText, reportText }] = await Promise.all([import('./guide.ts'), import('./report.ts')]);
  const guided = await guide(dir, options);
  if (guided === null) {
    process.stderr.write('Nothing was changed.\n');
    return;
  }
  const { files, steps, proposed, pull, action } = guided;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ files: files.map(({ path, state }) => ({ path, state })), steps: [...steps, ...proposed], action: action.commit, pull, next: nextText(guided) })}\n`
      : reportText(guided),
  );
}

async function runRecipe(dir: string, agent: keyof typeof RECIPES, { solve, json, ...rest }: Options): Promise<void> {
  const unused = [
    'yes',
    'cli',
    'check',
    'build',
    'model',
    'suite',
    'budgetUsd',
    'server',
    'serverless',
    'action',
    'push',
  ].filter((name) => name in rest);
  if (unused.length > 0)
    throw new HuxleyError(
      'init.flags',
      `--agent writes a folder, and takes no ${unused.map(flagOf).join(', ')}`,
      'Leave them out; run `init` again in the checkout, with them and without --agent.',
    );
  const { writeRecipe } = await import('./write.ts');
  const { written, next } = await writeRecipe(dir, agent, solve);
  process.stdout.write(
    json
      ? `${JSON.stringify({ folder: dir, written, next })}\n`
      : `${written.map((path) => `  ${path}`).join('\n')}\n\nNext:\n${next.map((step, n) => `  ${n + 1}. ${step}`).join('\n')}\n`,
  );
}

const flagOf = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
