import { WORKFLOW_PATH } from '../../../../run/work/workflow.ts';
import type { Check } from '../../../../sandbox/setup/examine.ts';
import type { Answer, RemoteFacts } from '../facts.ts';
import type { Links } from '../links.ts';
import { missing, note, ok, orOk, unseen } from './check.ts';
import { levelOf, permissionsOf, type WorkflowFile, workerJobs } from './workflow-file.ts';

const NAME = 'Workflow';

/** The workflow that jobs run in. That it is there and names its runs is checked on the files. */
export function workflowChecks(facts: RemoteFacts, workflow: WorkflowFile | string | null, links: Links): Check[] {
  if (workflow === null) return [];
  const edit = links.edit(WORKFLOW_PATH);
  if (typeof workflow === 'string')
    return [missing(NAME, `${WORKFLOW_PATH} cannot be read: ${workflow}`, 'Copy it from the starter agent.', edit)];
  const state = stateChecks(WORKFLOW_PATH, facts.workflows[WORKFLOW_PATH], links);
  const found = [
    ...triggerChecks(workflow, edit),
    ...(workerJobs(workflow).length === 0
      ? [
          missing(
            'Action',
            `no step of ${WORKFLOW_PATH} uses Huxley’s action, so no job does any work`,
            'Copy the workflow from the starter agent.',
            edit,
          ),
        ]
      : []),
    ...workerJobs(workflow).flatMap((job) => permissionChecks(workflow, job, edit)),
  ];
  return [...state, ...orOk(found, NAME, `${WORKFLOW_PATH} takes orders, and its token only reads`)];
}

function triggerChecks({ triggers, inputs }: WorkflowFile, edit: string): Check[] {
  const add = '`on: { workflow_dispatch: { inputs: { order: { required: true, type: string } } } }` is all it needs.';
  if (!triggers.includes('workflow_dispatch'))
    return [missing(NAME, `${WORKFLOW_PATH} has no trigger workflow_dispatch: no job can be started`, add, edit)];
  const found: Check[] = [];
  if (!inputs.includes('order'))
    found.push(missing(NAME, `${WORKFLOW_PATH} has no input \`order\`, so GitHub refuses every job`, add, edit));
  const others = triggers.filter((each) => each !== 'workflow_dispatch');
  if (others.length > 0)
    found.push(
      note(NAME, `${WORKFLOW_PATH} starts on ${others.join(', ')} as well, without an order to carry out`, add, edit),
    );
  return found;
}

function permissionChecks(workflow: WorkflowFile, job: WorkflowFile['jobs'][number], edit: string): Check[] {
  const name = 'Permissions';
  const given = permissionsOf(workflow, job);
  const remedy = 'Write `permissions: { contents: read, actions: read }`.';
  if (given === null)
    return [note(name, `${WORKFLOW_PATH} leaves its token’s permissions to the repository’s settings`, remedy, edit)];
  const scopes = typeof given === 'string' ? [given] : Object.keys(given);
  const writes = scopes.filter((scope) => scope === 'write-all' || levelOf(given, scope) === 'write');
  const lacks = ['contents', 'actions'].filter((scope) => levelOf(given, scope) === 'none');
  return [
    ...(writes.length > 0
      ? [
          note(
            name,
            `the token of job ${job.name} may write (${writes.join(', ')}); a job writes nothing`,
            remedy,
            edit,
          ),
        ]
      : []),
    ...lacks.map((scope) =>
      missing(
        name,
        `the token of job ${job.name} may not read ${scope}, where ${scope === 'contents' ? 'variants' : 'transcripts'} are`,
        remedy,
        edit,
      ),
    ),
  ];
}

const STATES: Readonly<Record<string, string>> = {
  disabled_manually: 'somebody has disabled it',
  disabled_inactivity: 'GitHub has disabled it, since nothing happened in the repository for 60 days',
  disabled_fork: 'it is disabled, since the repository is a fork',
  deleted: 'GitHub says that it was deleted',
};

/** Whether GitHub runs a workflow that is on the default branch. */
export function stateChecks(path: string, state: Answer<string | null> | undefined, links: Links): Check[] {
  const name = 'Workflow state';
  const link = links.workflow(path);
  if (state === undefined) return [];
  if (!state.known) return [unseen(name, state, link)];
  if (state.value === 'active') return [ok(name, `${path} is active`)];
  if (state.value === null)
    return [
      missing(
        name,
        `GitHub does not know ${path} as a workflow`,
        'Check in its Actions tab whether it can be read.',
        link,
      ),
    ];
  const why = Object.hasOwn(STATES, state.value) ? STATES[state.value] : `its state is ${state.value}`;
  return [missing(name, `${path} does not run: ${why}`, 'Press "Enable workflow".', link)];
}
