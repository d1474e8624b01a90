import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { HuxleyError } from '../../src/model/error.ts';
import type { Place } from '../../src/order/binding.ts';

const schema = z.object({
  GITHUB_WORKSPACE: z.string().min(1),
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'is not owner/name'),
  GITHUB_REPOSITORY_ID: z.coerce.number().int().positive(),
  GITHUB_EVENT_NAME: z.string().min(1),
  GITHUB_REF: z.string().min(1),
  GITHUB_EVENT_PATH: z.string().min(1),
  GITHUB_ACTOR: z.string().min(1),
  /** Older servers tell the first attempt's actor alone. */
  GITHUB_TRIGGERING_ACTOR: z.string().optional(),
  GITHUB_RUN_ATTEMPT: z.coerce.number().int().min(1).default(1),
  GITHUB_SERVER_URL: z.url().default('https://github.com'),
  RUNNER_TEMP: z.string().min(1).default(join(tmpdir(), 'huxley-runner')),
  HUXLEY_RESULT_DIR: z.string().optional(),
  ACTIONS_RUNTIME_TOKEN: z.string().optional(),
});

const eventSchema = z.object({ repository: z.object({ default_branch: z.string().min(1) }) });

export interface RunnerEnvironment {
  /** The checkout of the default branch. */
  readonly workspace: string;
  /** The workflow run this is, which an order must be for. */
  readonly place: Place;
  readonly owner: string;
  readonly repository: string;
  /** Address git fetches from. */
  readonly remote: string;
  readonly temp: string;
  /** Where results stay; a folder of the runner's when GitHub takes artifacts. */
  readonly resultFolder: (job: string) => string;
  /** Whether there is an artifact service to upload to. */
  readonly takesArtifacts: boolean;
}

/** Reads what GitHub Actions, or a person running the action by hand, says in the environment. */
export function readRunnerEnvironment(env: NodeJS.ProcessEnv): RunnerEnvironment {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present);
  if (!parsed.success) {
    const what = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new HuxleyError(
      'action.environment',
      `The environment is not complete: ${what}`,
      'Set these variables as GitHub Actions does.',
    );
  }
  const {
    GITHUB_WORKSPACE,
    GITHUB_REPOSITORY,
    GITHUB_SERVER_URL,
    RUNNER_TEMP,
    HUXLEY_RESULT_DIR,
    ACTIONS_RUNTIME_TOKEN,
  } = parsed.data;
  const { data } = parsed;
  if (ACTIONS_RUNTIME_TOKEN === undefined && HUXLEY_RESULT_DIR === undefined)
    throw new HuxleyError(
      'action.environment',
      'There is no artifact service (ACTIONS_RUNTIME_TOKEN) and no HUXLEY_RESULT_DIR, so the result would be lost',
      'Set HUXLEY_RESULT_DIR to a folder.',
    );
  const [owner, repository] = GITHUB_REPOSITORY.split('/') as [string, string];
  return {
    workspace: GITHUB_WORKSPACE,
    place: {
      repository: data.GITHUB_REPOSITORY_ID,
      event: data.GITHUB_EVENT_NAME,
      ref: data.GITHUB_REF,
      defaultBranch: defaultBranchIn(data.GITHUB_EVENT_PATH),
      actor: data.GITHUB_ACTOR,
      triggeringActor: data.GITHUB_TRIGGERING_ACTOR ?? data.GITHUB_ACTOR,
      attempt: data.GITHUB_RUN_ATTEMPT,
    },
    owner,
    repository,
    remote: `${GITHUB_SERVER_URL.replace(/\/+$/, '')}/${GITHUB_REPOSITORY}`,
    temp: RUNNER_TEMP,
    resultFolder: (job) => HUXLEY_RESULT_DIR ?? join(RUNNER_TEMP, 'huxley', job),
    takesArtifacts: ACTIONS_RUNTIME_TOKEN !== undefined,
  };
}

/** What GitHub says of the repository beside the event. */
function defaultBranchIn(path: string): string {
  try {
    return eventSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).repository.default_branch;
  } catch (cause) {
    throw new HuxleyError(
      'action.environment',
      `${path} does not say which the default branch is`,
      'GitHub Actions writes it, for every event: `{"repository":{"default_branch":"main"}}`.',
      { cause },
    );
  }
}
