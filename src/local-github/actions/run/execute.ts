import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Actions } from '../actions.ts';
import { runtimeToken } from '../artifacts/runtime-token.ts';
import type { JobRow, RunRow } from '../rows.ts';
import type { JobOutcome } from '../runner/job-request.ts';
import { runJob } from '../runner/run-job.ts';
import { interpolateText } from '../workflow/expression.ts';
import type { Workflow } from '../workflow/model.ts';
import { tokenPermissions } from '../workflow/permissions.ts';
import { issueJobToken, revokeToken } from './app.ts';
import { eventContext } from './github-context.ts';
import { needsContext } from './needs.ts';
import { environmentNamed, mayDeploy, settingsOf } from './settings.ts';

/** Runs a job with its token, its secrets and a directory of its own; resolves to `null` when its runner was lost. */
export async function execute(
  actions: Actions,
  run: RunRow,
  job: JobRow,
  workflow: Workflow,
  signals: { readonly cancel: AbortSignal; readonly lost: AbortSignal },
): Promise<JobOutcome | null> {
  const { hub, options, tables, logs } = actions;
  const repo = hub.store.repositories.get(run.repo)!;
  const model = workflow.jobs.find(({ id }) => id === job.key)!;
  const contexts = { ...eventContext(actions, run), needs: needsContext(model, tables.jobs.list({ run: run.id })) };
  const name = model.environment && interpolateText(model.environment, contexts);
  const environment = name ? environmentNamed(actions, repo, name) : null;
  if (environment && !mayDeploy(actions, environment, run)) {
    const outcome = refused(run, environment.name);
    for (const { message } of outcome.annotations)
      logs.append(job.id, `${hub.now().toISOString()} ##[error]${message}`);
    return outcome;
  }

  const secrets = settingsOf(actions, 'secret', repo, environment);
  const token = issueJobToken(hub, actions.app, repo, tokenPermissions(workflow, model, options.defaultPermissions));
  const directory = join(actions.workFolder, String(job.id));
  try {
    return await runJob({
      workflow,
      job: model,
      contexts: {
        ...contexts,
        github: { ...contexts.github, job: job.key },
        vars: settingsOf(actions, 'variable', repo, environment),
        secrets: { ...secrets, GITHUB_TOKEN: token },
      },
      secrets,
      token,
      actionsEnvironment: {
        ACTIONS_RUNTIME_TOKEN: runtimeToken(actions.signer, run.id, job.id),
        ACTIONS_RUNTIME_URL: `${hub.url}/`,
        ACTIONS_RESULTS_URL: `${hub.url}/`,
      },
      environment: {
        PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
        LANG: 'C.UTF-8',
        ...options.environment,
      },
      directory,
      actions: options.actions,
      ...signals,
      grace: options.grace,
      log: (line) => logs.append(job.id, line),
      onSteps: (steps) => void tables.jobs.update(job.id, { steps }),
    });
  } finally {
    revokeToken(hub, token);
    if (!options.keepWork) rmSync(directory, { recursive: true, force: true });
  }
}

function refused(run: RunRow, environment: string): JobOutcome {
  const branch = run.ref.replace(/^refs\/heads\//, '');
  const message = `Branch "${branch}" is not allowed to deploy to ${environment} due to environment protection rules.`;
  return {
    conclusion: 'failure',
    outputs: {},
    summary: '',
    annotations: [{ path: '.github', start_line: 1, end_line: 1, annotation_level: 'failure', message }],
  };
}
