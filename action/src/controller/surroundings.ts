import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getInput, setSecret } from '@actions/core';
import { z } from 'zod';
import { privateKeyIn } from '../../../src/environment/private-key.ts';
import { CONTROLLER_WORKFLOW_PATH } from '../../../src/github/controller-workflow.ts';
import { HuxleyError } from '../../../src/model/error.ts';
import type { TickSpec } from '../../../src/serverless/tick.ts';

const schema = z.object({
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'is not owner/name'),
  GITHUB_REPOSITORY_ID: z.coerce.number().int().positive(),
  GITHUB_EVENT_NAME: z.string().min(1),
  GITHUB_EVENT_PATH: z.string().min(1),
  GITHUB_WORKFLOW_REF: z.string().min(1),
  GITHUB_REF: z.string().min(1),
  GITHUB_RUN_ID: z.coerce.number().int().positive(),
  GITHUB_RUN_NUMBER: z.coerce.number().int().positive(),
  GITHUB_RUN_ATTEMPT: z.coerce.number().int().positive(),
  GITHUB_API_URL: z.url(),
  RUNNER_TEMP: z.string().min(1),
  ACTIONS_RUNTIME_TOKEN: z.string().min(1),
});

const eventSchema = z.looseObject({
  sender: z.looseObject({ type: z.string() }).optional(),
});

type Surroundings = Pick<
  TickSpec,
  'secret' | 'app' | 'token' | 'apiURL' | 'place' | 'ref' | 'event' | 'rebuild' | 'folder'
>;

/**
 * What a tick is told by its inputs and by GitHub Actions. Secrets are masked in every later line of log, and leave the environment.
 * @throws HuxleyError `serverless.*`
 */
export function readSurroundings(env: NodeJS.ProcessEnv): Surroundings {
  const [secret, id, pem, token] = [
    getInput('key'),
    getInput('app-id'),
    getInput('private-key'),
    getInput('github-token'),
  ];
  for (const each of [secret, token, ...pem.split('\n')]) if (each !== '') setSecret(each);
  const rebuild = getInput('rebuild') === 'true';
  for (const name of Object.keys(env)) if (name.startsWith('INPUT_')) delete env[name];
  if (secret === '')
    throw new HuxleyError(
      'serverless.key',
      'The input key is empty',
      'Put HUXLEY_KEY into the Environment huxley of the repository (Settings, Environments), and let the job name that environment. docs/serverless.md says how to make one.',
    );
  const parsed = schema.safeParse(env);
  if (!parsed.success)
    throw new HuxleyError(
      'serverless.environment',
      `The environment is not that of a job: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
      'Use this action in a workflow on GitHub Actions.',
    );
  const { data } = parsed;
  if (!data.GITHUB_WORKFLOW_REF.includes(`/${CONTROLLER_WORKFLOW_PATH}@`))
    throw new HuxleyError(
      'serverless.workflow',
      `The controller runs in ${CONTROLLER_WORKFLOW_PATH} alone, and this is ${data.GITHUB_WORKFLOW_REF}`,
      'Give the workflow that name: its runs are where the journal is looked for.',
    );
  if (data.GITHUB_RUN_ATTEMPT !== 1)
    throw new HuxleyError(
      'serverless.rerun',
      'This workflow run was run again, and what has happened since would come before it',
      'Start a new one instead: Actions, Huxley app, Run workflow.',
    );
  const payload: unknown = JSON.parse(readFileSync(data.GITHUB_EVENT_PATH, 'utf8'));
  const event = eventSchema.parse(payload);
  if (rebuild && (data.GITHUB_EVENT_NAME !== 'workflow_dispatch' || event.sender?.type !== 'User'))
    throw new HuxleyError(
      'serverless.rebuild',
      'Only a person may have the journal built again',
      'Start the workflow by hand: Actions, Huxley app, Run workflow.',
    );
  return {
    secret,
    app: id === '' && pem === '' ? null : credentials(id, pem),
    token,
    apiURL: data.GITHUB_API_URL,
    place: {
      repository: data.GITHUB_REPOSITORY,
      repositoryId: data.GITHUB_REPOSITORY_ID,
      run: data.GITHUB_RUN_ID,
      number: data.GITHUB_RUN_NUMBER,
    },
    ref: data.GITHUB_REF,
    event: { name: data.GITHUB_EVENT_NAME, payload },
    rebuild,
    folder: mkdtempSync(join(data.RUNNER_TEMP, 'huxley-')),
  };
}

function credentials(id: string, pem: string): NonNullable<TickSpec['app']> {
  const key = privateKeyIn({ PRIVATE_KEY: pem });
  if (!/^[1-9]\d*$/.test(id) || !('key' in key))
    throw new HuxleyError(
      'serverless.app',
      !/^[1-9]\d*$/.test(id) ? 'app-id is not the number of an App' : 'private-key is not the private key of an App',
      'Give both, or neither to act with the workflow’s own token.',
    );
  return { appId: Number(id), privateKey: key.key };
}
