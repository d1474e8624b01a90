import { CONFIGURATION_PATH } from '../../../../config/configuration.ts';
import type { Configuration } from '../../../../config/schema.ts';
import { CONTROLLER_WORKFLOW, CONTROLLER_WORKFLOW_PATH } from '../../../../github/controller-workflow.ts';
import { WORKFLOW_PATH } from '../../../../run/work/workflow.ts';
import type { Check } from '../../../../sandbox/setup/examine.ts';
import { KEY_SECRET } from '../../../github/names.ts';
import type { RemoteFacts, SecretFacts } from '../facts.ts';
import type { Links } from '../links.ts';
import { missing, note, orOk, unseen } from './check.ts';
import { stateChecks } from './workflow.ts';
import { levelOf, permissionsOf, type WorkflowFile } from './workflow-file.ts';

const NAME = 'App in Actions';
const PATH = CONTROLLER_WORKFLOW_PATH;
const COPY = 'Copy it from examples/serverless.';

/** What starts it, and what is not heard of without (docs/serverless.md). */
const TRIGGERS: Readonly<Record<string, string>> = {
  issue_comment: 'commands',
  pull_request_target: 'what people do to the pull requests of variants',
  push: 'changes of the default branch',
  workflow_run: 'jobs that have ended',
  schedule: 'what the others missed',
  workflow_dispatch: 'jobs and people that wake it',
};
/** The schedule finds what this one reports, later. */
const LABEL = 'issues';
/** What its token does. */
const SCOPES: Readonly<Record<string, 'read' | 'write'>> = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  'pull-requests': 'write',
  statuses: 'read',
};

/** Whether it acts as an App: its workflow reads the App's private key, and the Environment holds one. Null where that is not to be seen. */
export function actsAsApp(workflow: WorkflowFile | string, { environment }: SecretFacts): boolean | null {
  const key = typeof workflow === 'string' ? undefined : workflow.secrets.find((name) => name.endsWith('PRIVATE_KEY'));
  if (key === undefined) return false;
  return environment.known ? environment.value.includes(key) : null;
}

interface Whole {
  readonly configuration: Configuration | null;
  readonly worker: WorkflowFile | null;
}

/** The workflow that the controller runs in where there is no server. */
export function serverlessChecks(
  facts: RemoteFacts,
  workflow: WorkflowFile | string,
  whole: Whole,
  links: Links,
): readonly Check[] {
  const edit = links.edit(PATH);
  const state = stateChecks(PATH, facts.workflows[PATH], links);
  if (typeof workflow === 'string') return [missing(NAME, `${PATH} cannot be read: ${workflow}`, COPY, edit), ...state];
  const found = [
    ...triggerChecks(workflow, facts.repository.defaultBranch, edit),
    ...concurrencyChecks(workflow, edit),
    ...(workflow.jobs.some(({ uses }) => uses.some((name) => /\/action\/controller@/.test(name)))
      ? []
      : [missing(NAME, `no step of ${PATH} uses Huxley’s action/controller`, COPY, edit)]),
    ...(workflow.secrets.includes(KEY_SECRET)
      ? []
      : [
          missing(
            NAME,
            `${PATH} does not read ${KEY_SECRET}, so it cannot seal a journal`,
            `Give it to the action: \`key: \${{ secrets.${KEY_SECRET} }}\`.`,
            edit,
          ),
        ]),
    ...tokenChecks(facts, workflow, whole, links),
  ];
  return [...state, ...orOk(found, NAME, `${PATH} starts on all events it needs, one run at a time`)];
}

function triggerChecks({ triggers, pushBranches }: WorkflowFile, main: string, edit: string): Check[] {
  const found = Object.entries(TRIGGERS)
    .filter(([name]) => !triggers.includes(name))
    .map(([name, what]) =>
      missing(NAME, `${PATH} does not start on ${name}, so it misses ${what}`, `Add ${name} to its triggers.`, edit),
    );
  if (!triggers.includes(LABEL))
    found.push(
      note(
        NAME,
        `${PATH} does not start on ${LABEL}, so the label \`huxley\` starts a run only when the schedule finds it`,
        `Add \`${LABEL}: { types: [labeled] }\` to its triggers, and take \`concurrency\` and the job's \`if\` from examples/serverless/huxley-app.yml.`,
        edit,
      ),
    );
  const shut = ['pull_request', 'pull_request_review'].filter((name) => triggers.includes(name));
  if (shut.length > 0)
    found.push(
      note(
        NAME,
        `${PATH} starts on ${shut.join(', ')}, whose ref is not a branch: an Environment open only to ${main} refuses those jobs`,
        'Remove them: `pull_request_target` reports the same.',
        edit,
      ),
    );
  if (pushBranches !== null && !pushBranches.includes(main))
    found.push(
      missing(
        NAME,
        `${PATH} starts on pushes to ${pushBranches.join(', ')}, and the default branch is ${main}`,
        `Name ${main} there.`,
        edit,
      ),
    );
  return found;
}

function concurrencyChecks({ concurrency, jobs }: WorkflowFile, edit: string): Check[] {
  const remedy = 'Copy `concurrency` from examples/serverless/huxley-app.yml to its top.';
  const held = concurrency === null ? jobs.map((job) => job.concurrency) : [concurrency];
  if (held.length === 0 || held.some((each) => each === null))
    return [missing(NAME, `${PATH} has no concurrency group: two at once damage each other’s journal`, remedy, edit)];
  const found: Check[] = [];
  if (held.some((each) => each?.cancels))
    found.push(missing(NAME, `${PATH} cancels what is in progress: a run is cut off in the middle`, remedy, edit));
  // What is skipped ends at once, but has taken the place of the tick that waits.
  if (concurrency !== null && !concurrency.group.includes('github.run_id'))
    found.push(
      note(
        NAME,
        `${PATH} has one concurrency group for all: a comment that is no command takes the place of a tick that waits`,
        remedy,
        edit,
      ),
    );
  return found;
}

function tokenChecks(facts: RemoteFacts, workflow: WorkflowFile, whole: Whole, links: Links): Check[] {
  const { environment } = facts.secrets;
  const acts = actsAsApp(workflow, facts.secrets);
  if (acts === null && !environment.known)
    return [unseen(`${NAME}, and whose token it uses`, environment, links.environments)];
  return acts ? [] : ownTokenChecks(facts, workflow, whole, links);
}

/** Where it acts with the workflow's own token. */
function ownTokenChecks(
  { opensPulls }: RemoteFacts,
  workflow: WorkflowFile,
  { configuration, worker }: Whole,
  links: Links,
): Check[] {
  const edit = links.edit(PATH);
  const found: Check[] = [];
  if (configuration?.merge.mode === 'auto')
    found.push(
      missing(
        'Merging',
        '`merge.mode: auto` is refused without an App: anyone who writes with the same token could speak for Huxley',
        'Set `merge.mode: manual`, or give it an App (docs/serverless.md).',
        links.edit(CONFIGURATION_PATH),
      ),
    );
  if (worker !== null && !worker.dispatches.includes(CONTROLLER_WORKFLOW))
    found.push(
      note(
        NAME,
        `no job of ${WORKFLOW_PATH} wakes it, and GitHub may start nothing when a job ends: results wait for the schedule`,
        'Copy the job `wake` from examples/serverless/huxley.yml.',
        links.edit(WORKFLOW_PATH),
      ),
    );
  for (const job of workflow.jobs) {
    const given = permissionsOf(workflow, job);
    const order = ['none', 'read', 'write'];
    const lacks = Object.keys(SCOPES).filter((scope) => {
      const level = levelOf(given, scope);
      return level !== null && order.indexOf(level) < order.indexOf(SCOPES[scope]!);
    });
    if (lacks.length > 0)
      found.push(
        missing(
          NAME,
          `the token of job ${job.name} lacks ${lacks.map((scope) => `\`${scope}: ${SCOPES[scope]}\``).join(', ')}`,
          'Add them to its `permissions`.',
          edit,
        ),
      );
    if (given === null)
      found.push(
        note(
          NAME,
          `${PATH} leaves its token’s permissions to the repository’s settings`,
          'Name what it needs as `permissions`.',
          edit,
        ),
      );
  }
  if (!opensPulls.known) found.push(unseen('Pull requests', opensPulls, links.actions));
  else if (!opensPulls.value)
    found.push(
      missing(
        'Pull requests',
        'Actions may not open any, and variants are pull requests',
        'Tick "Allow GitHub Actions to create and approve pull requests".',
        links.actions,
      ),
    );
  return found;
}
