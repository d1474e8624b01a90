import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { HuxleyError } from '../../src/model/error.ts';

const schema = z.object({
  GITHUB_WORKSPACE: z.string().min(1),
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'is not owner/name'),
  GITHUB_SERVER_URL: z.url().default('https://github.com'),
  RUNNER_TEMP: z.string().min(1).default(join(tmpdir(), 'huxley-runner')),
  HUXLEY_RESULT_DIR: z.string().optional(),
  ACTIONS_RUNTIME_TOKEN: z.string().optional(),
});

export interface Surroundings {
  /** The checkout of the default branch. */
  readonly workspace: string;
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
export function readSurroundings(env: NodeJS.ProcessEnv): Surroundings {
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
  if (ACTIONS_RUNTIME_TOKEN === undefined && HUXLEY_RESULT_DIR === undefined)
    throw new HuxleyError(
      'action.environment',
      'There is no artifact service (ACTIONS_RUNTIME_TOKEN) and no HUXLEY_RESULT_DIR, so the result would be lost',
      'Set HUXLEY_RESULT_DIR to a folder.',
    );
  const [owner, repository] = GITHUB_REPOSITORY.split('/') as [string, string];
  return {
    workspace: GITHUB_WORKSPACE,
    owner,
    repository,
    remote: `${GITHUB_SERVER_URL.replace(/\/+$/, '')}/${GITHUB_REPOSITORY}`,
    temp: RUNNER_TEMP,
    resultFolder: (job) => HUXLEY_RESULT_DIR ?? join(RUNNER_TEMP, 'huxley', job),
    takesArtifacts: ACTIONS_RUNTIME_TOKEN !== undefined,
  };
}
