import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { kindOf } from '../../../benchmark/kinds.ts';
import { priceBook, priceOf } from '../../../gateway/money/prices.ts';
import { HuxleyError, messageOf } from '../../../model/error.ts';
import { askText } from '../../terminal/ask.ts';
import { CLIS, type CliName, cliAgent } from '../cli-agent.ts';
import type { Detection } from '../detect/detect.ts';
import type { InitFlags } from '../flags.ts';
import type { Choices } from './choices.ts';
import { isClaude } from './configuration.ts';
import { STARTER_SUITE } from './starter-suite.ts';

/** Choices, and where they come from. */
export interface Chosen {
  readonly choices: Choices;
  /** What says so, for people. */
  readonly from: string;
  /** The CLI that is the agent; null for a program. */
  readonly cli: CliName | null;
}

/**
 * Flags first, then answers, with detection as the default; three questions at most.
 *
 * @param ask false where detection alone decides
 * @returns null where the person left
 * @throws HuxleyError `init.solve`, `init.build`, `init.model` or `init.suite` with the flag to give
 */
export async function choose(root: string, found: Detection, flags: InitFlags, ask: boolean): Promise<Chosen | null> {
  const answer = await agentOf(found, flags, ask);
  if (answer === null) return null;
  const cli = answer.cli === null ? null : cliAgent(answer.cli);
  const program = answer.cli === null && answer.solve === found.program?.solve ? found.program : null;
  if (program?.unknownBuild !== undefined && flags.build === undefined)
    throw new HuxleyError(
      'init.build',
      `${program.unknownBuild} says what the agent depends on, and no command is known here that installs it in the sandbox image`,
      'Name one with --build (docs/agent-contract.md); `--build true` installs nothing.',
    );
  const claude = answer.cli === 'claude-code' || (answer.cli === null && found.anthropic);
  const usual = claude ? 'claude-sonnet-5' : cli ? 'gpt-5.4' : 'gpt-5.4-mini';
  const baseURL = endpointOf(process.env.OPENAI_BASE_URL);
  const modelProblem = (name: string) => modelProblemAt(baseURL, name);
  const model =
    flags.model ?? (ask ? await askText('Which model does it solve tasks with?', usual, modelProblem) : usual);
  if (model === null) return null;
  const wrong = modelProblem(model);
  if (wrong !== null)
    throw new HuxleyError(
      'init.model',
      wrong,
      'Name another with --model; add its price to `models.prices` afterwards if Huxley has none (docs/configuration.md).',
    );
  const question = `Which tasks measure it? (\`kata\`, a folder, or \`${STARTER_SUITE}\` for a few to start from)`;
  const problemOf = (name: string) => suiteProblem(root, name);
  const suite = flags.suite ?? (ask ? await askText(question, found.suite.name, problemOf) : found.suite.name);
  if (suite === null) return null;
  const missing = problemOf(suite);
  if (missing !== null) throw new HuxleyError('init.suite', missing, 'Name another with --suite (docs/suites.md).');
  return {
    from: answer.from,
    cli: answer.cli,
    choices: {
      solve: cli?.solve ?? answer.solve,
      check: flags.check ?? cli?.check ?? program?.check ?? null,
      build: flags.build ?? cli?.build ?? program?.build ?? null,
      inputs: flags.build === undefined ? program?.inputs : undefined,
      allow: cli?.allow ?? [],
      isCli: cli !== null,
      model,
      baseURL,
      suite,
      budgetUSD: flags.budgetUsd ?? (cli ? 50 : 20),
    },
  };
}

interface Agent {
  readonly from: string;
  readonly solve: string;
  readonly cli: CliName | null;
}

async function agentOf({ program, cli }: Detection, flags: InitFlags, ask: boolean): Promise<Agent | null> {
  if (flags.cli !== undefined) return { from: '--cli', solve: '', cli: flags.cli };
  if (flags.solve !== undefined) return { from: '--solve', solve: flags.solve, cli: null };
  const usual = program?.solve ?? cli?.name ?? null;
  const from = program?.from ?? cli?.from ?? 'you';
  const also = program && cli ? `, or ${cli.name} for ${CLIS[cli.name].title} with what ${cli.from} says` : '';
  const answer = ask
    ? await askText(
        `Which command solves a task?${program ? ` (found: ${from}${also})` : cli ? ` (${CLIS[cli.name].title}, for ${from})` : ''}`,
        usual,
      )
    : usual;
  if (answer === null && ask) return null;
  if (answer === null)
    throw new HuxleyError(
      'init.solve',
      'No agent was recognised here',
      'Name the command that solves a task with --solve "node agent.js" (docs/agent-contract.md), or the CLI that this repository configures with --cli.',
    );
  const isCli = Object.hasOwn(CLIS, answer);
  return { from: answer === usual ? from : 'you', solve: answer, cli: isCli ? (answer as CliName) : null };
}

/** A model without a price has no limit of what it may cost, and no run begins with one. */
/** @throws HuxleyError `init.endpoint` for one that holds a secret: the configuration is everybody's to read */
function endpointOf(text: string | undefined): string | null {
  if (!text) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && url.username === '' && url.password === '' && url.search === '') return text;
  throw new HuxleyError(
    'init.endpoint',
    'OPENAI_BASE_URL cannot be used in a configuration: it has a user, a password or a query, or is not a URL',
    'Unset it, or set it to only the address, up to and including /v1; the key goes into OPENAI_API_KEY.',
  );
}

function modelProblemAt(baseURL: string | null, model: string): string | null {
  try {
    priceOf(priceBook({}, isClaude(model) ? 'https://api.anthropic.com/v1' : baseURL), model);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function suiteProblem(root: string, name: string): string | null {
  const path = name.replace(/^harbor:/, '');
  if (name === 'kata' || kindOf(name).locked) return null;
  const facts = statSync(join(root, path), { throwIfNoEntry: false });
  if (name !== STARTER_SUITE) return facts ? null : `${path} is neither a suite nor a folder.`;
  const names = facts?.isDirectory() ? readdirSync(join(root, path)) : [];
  const hasTask = names.some((task) => existsSync(join(root, path, task, 'task.yml')));
  return facts === undefined || hasTask || (facts.isDirectory() && names.length === 0)
    ? null
    : `${path} is used for something else: no folder in it has a task.yml.`;
}
