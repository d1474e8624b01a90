import { readFileSync } from 'node:fs';
import { inject } from 'vitest';
import { PROJECT, projectPath } from '../../src/environment/project.ts';
import type { ActionsOptions } from '../../src/local-github/actions/options.ts';
import { setSetting } from '../../src/local-github/actions/run/settings.ts';
import type { LocalGitHub } from '../../src/local-github/start.ts';
import { actionFolder } from '../../src/local-github/world/action-folder.ts';
import type { ControllerOptions } from '../../src/run/state/options.ts';
import { PLANTED_KEY } from './job.ts';
import { World } from './world.ts';

const WORKFLOW = '.github/workflows/huxley.yml';
/** The workflow that the starter agent's repository comes with. */
export const STARTER_WORKFLOW = {
  [WORKFLOW]: readFileSync(projectPath('examples', 'starter-agent', WORKFLOW), 'utf8'),
};

/** Has jobs done by the action itself, on the engine of the tests. */
export async function realActions(environment: Readonly<Record<string, string>> = {}): Promise<ActionsOptions> {
  const socket = inject('engineSocket');
  return {
    actions: { [`${PROJECT}/action`]: await actionFolder() },
    environment: {
      HOME: process.env.HOME!,
      ...(socket === null ? {} : { DOCKER_HOST: `unix://${socket}` }),
      ...environment,
    },
  };
}

/** Gives the workflow's Environment the key of the model. */
export function plantKey({ actions, setup }: LocalGitHub): void {
  setSetting(actions, 'secret', setup.repository('octo', 'agent'), 'OPENAI_API_KEY', PLANTED_KEY, 'huxley');
}

/** An agent's repository whose jobs are real: the starter agent's workflow, the action, containers, grading. The model is the endpoint's. */
export async function startRealWorld(
  { baseURL }: { readonly baseURL: string },
  {
    configuration,
    files,
    expanding = 'modify: gpt-5-mini, diagnose: gpt-5-mini',
    options = {},
    environment = {},
  }: {
    readonly configuration: string;
    /** Models for expansions, and what is said of them, as the configuration has it. */
    readonly expanding?: string;
    readonly files: Readonly<Record<string, string>>;
    readonly options?: Partial<ControllerOptions>;
    /** Of the machine that jobs run on. */
    readonly environment?: Readonly<Record<string, string>>;
  },
): Promise<World> {
  const models = `models: { solve: gpt-5-mini, ${expanding}, baseURL: "${baseURL}" }`;
  const world = await World.start({
    tasks: 0,
    files: { ...STARTER_WORKFLOW, ...files, '.github/huxley.yml': `version: 1\n${models}\n${configuration}` },
    actions: await realActions(environment),
  });
  plantKey(world.github);
  await world.startApp(options);
  return world;
}
