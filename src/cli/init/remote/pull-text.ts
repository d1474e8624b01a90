import { CONFIGURATION_PATH } from '../../../config/configuration.ts';
import { CONTROLLER_WORKFLOW_PATH } from '../../../github/controller-workflow.ts';
import { commandLine } from '../../../model/command-line.ts';
import { WORKFLOW_PATH } from '../../../run/work/workflow.ts';
import { KEY_SECRET } from '../../github/names.ts';
import type { Step } from './step.ts';

/** The text of the pull request. */
export function bodyText({
  serverless,
  paths,
  steps,
  hasKey,
}: {
  readonly serverless: boolean;
  readonly paths: readonly string[];
  readonly steps: readonly Step[];
  /** Whether the configuration names a key that orders are signed with. */
  readonly hasKey: boolean;
}): string {
  const left = steps.filter(({ state }) => state === 'left');
  const after = [
    ...left.map(
      ({ what, remedy = [] }) =>
        // Where a key lies is its owner's business.
        `Still missing: ${what}. ${(what.includes(KEY_SECRET) ? [] : remedy).map((line) => `\`${line.replaceAll('`', '')}\``).join(' ')}`,
    ),
    ...(serverless ? [] : [`Run the App (${commandLine('serve')}) and install it on this repository.`]),
    ...(hasKey ? [] : [`Add the line that \`/huxley run\` answers with to \`${CONFIGURATION_PATH}\`.`]),
    'Comment `/huxley run` on an issue.',
  ];
  return `Lets Huxley evolve this agent by pull request, ${serverless ? 'in GitHub Actions only' : 'with an App'}.

| file | what it is |
|---|---|
${rows(paths)}

After the merge:

${after.map((step, index) => `${index + 1}. ${step}`).join('\n')}
`;
}

function rows(paths: readonly string[]): string {
  const known: Readonly<Record<string, string>> = {
    [CONFIGURATION_PATH]: 'how the agent is run, measured and rewritten, and what a run may spend',
    [WORKFLOW_PATH]: 'the jobs; where the agent runs, they can write nothing to this repository',
    [CONTROLLER_WORKFLOW_PATH]: 'the controller; it opens pull requests and decides',
  };
  const named = paths.filter((path) => path in known).map((path) => `| \`${path}\` | ${known[path]} |`);
  const tops = [...new Set(paths.filter((path) => !(path in known)).map((path) => path.replace(/\/.*/, '/')))];
  return [
    ...named,
    ...tops.map((top) => `| \`${top}\` | ${top === 'tasks/' ? 'tasks to measure on' : 'how the agent is started'} |`),
  ].join('\n');
}
