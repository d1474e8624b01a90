import { readConfiguration } from '../../../../config/configuration.ts';
import type { Configuration } from '../../../../config/schema.ts';
import { namesOf, providerOf } from '../../../../contract/settings.ts';
import { CONTROLLER_WORKFLOW_PATH } from '../../../../github/controller-workflow.ts';
import { WORKFLOW_PATH } from '../../../../run/work/workflow.ts';
import type { Check } from '../../../../sandbox/setup/examine.ts';
import { ENVIRONMENT, KEY_SECRET } from '../../../github/names.ts';
import type { Files, RemoteFacts } from '../facts.ts';
import { linksOf } from '../links.ts';
import { actionsChecks, runnerChecks } from './actions.ts';
import { appChecks, type Manifest } from './app.ts';
import { environmentChecks, handedChecks, type NeededSecrets, secretChecks } from './environment.ts';
import { branchChecks, repositoryChecks } from './repository.ts';
import { actsAsApp, serverlessChecks } from './serverless.ts';
import { workflowChecks } from './workflow.ts';
import { readWorkflow, type WorkflowFile, workerJobs } from './workflow-file.ts';

/** What the files say that facts are read for, and judged by. */
export interface Read {
  readonly configuration: Configuration | null;
  /** In words why one cannot be read; null where there is none. */
  readonly worker: WorkflowFile | string | null;
  readonly appWorkflow: WorkflowFile | string | null;
}

export function readFiles(files: Files, configurationPath: string): Read {
  const text = files[configurationPath];
  const reading = text === undefined ? undefined : readConfiguration(text);
  const workflow = (path: string) => (files[path] === undefined ? null : readWorkflow(files[path]));
  return {
    configuration: reading?.ok ? reading.configuration : null,
    worker: workflow(WORKFLOW_PATH),
    appWorkflow: workflow(CONTROLLER_WORKFLOW_PATH),
  };
}

/** The Environment of the jobs; null where a job that needs it names none. */
export function environmentOf({ worker, appWorkflow }: Read): string | null {
  const jobs = typeof worker === 'object' && worker !== null ? workerJobs(worker) : [];
  const others = typeof appWorkflow === 'object' && appWorkflow !== null ? appWorkflow.jobs : [];
  const names = [...jobs, ...others].map(({ environment }) => environment);
  return names.length === 0 ? ENVIRONMENT : names.includes(null) ? null : names[0]!;
}

/** Paths of the workflows there are, whose state is wanted. */
export function workflowPaths({ worker, appWorkflow }: Read): readonly string[] {
  return [...(worker === null ? [] : [WORKFLOW_PATH]), ...(appWorkflow === null ? [] : [CONTROLLER_WORKFLOW_PATH])];
}

function neededSecrets(read: Read): NeededSecrets {
  const { worker, appWorkflow, configuration } = read;
  const secrets = new Map<string, { readonly path: string; readonly required: boolean }>();
  if (typeof appWorkflow === 'object' && appWorkflow !== null)
    for (const secret of appWorkflow.secrets)
      secrets.set(secret, { path: CONTROLLER_WORKFLOW_PATH, required: secret === KEY_SECRET });
  if (typeof worker === 'object' && worker !== null)
    for (const secret of worker.secrets) {
      const required = secret !== worker.modelSecret || configuration === null || asksOpenAI(configuration);
      secrets.set(secret, { path: WORKFLOW_PATH, required });
    }
  return { environment: environmentOf(read), secrets };
}

/** Whether any model is OpenAI's own: other endpoints may need no key. */
function asksOpenAI({ models }: Configuration): boolean {
  const names = namesOf(models.solve, models.modify, models.diagnose);
  return models.baseURL === null && names.some((model) => providerOf(models, model) === null);
}

/** Whether orders are an App's, not those of a controller in Actions without one. */
export function signedByApp({ appWorkflow }: Read, { secrets }: Pick<RemoteFacts, 'secrets'>): boolean {
  return appWorkflow === null || actsAsApp(appWorkflow, secrets) === true;
}

/** Everything that facts and files of a repository tell, as findings. Pure. */
export function remoteChecks(facts: RemoteFacts, read: Read, manifest: Manifest): readonly Check[] {
  const { configuration, worker, appWorkflow } = read;
  const links = linksOf(facts.origin, facts.repository.defaultBranch);
  const files = [worker, appWorkflow].flatMap((each) => (typeof each === 'object' && each !== null ? [each] : []));
  const needed = neededSecrets(read);
  const workerFile = typeof worker === 'object' ? worker : null;
  const withoutApp = !signedByApp(read, facts);
  return [
    ...repositoryChecks(facts, configuration, links),
    ...branchChecks(facts, configuration, links),
    ...actionsChecks(facts, files, links),
    ...runnerChecks(facts, workerFile, links),
    ...workflowChecks(facts, worker, links),
    ...(appWorkflow === null ? [] : serverlessChecks(facts, appWorkflow, { configuration, worker: workerFile }, links)),
    ...environmentChecks(facts, needed, links),
    ...secretChecks(facts, needed, links),
    ...(workerFile === null ? [] : handedChecks(configuration, workerFile.secrets, links)),
    ...(withoutApp ? [] : appChecks(facts.app, manifest, facts.origin, appWorkflow === null)),
  ];
}
