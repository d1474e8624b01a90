import type { Check } from '../../../../sandbox/setup/examine.ts';
import type { RemoteFacts } from '../facts.ts';
import type { Links } from '../links.ts';
import { missing, note, orOk, unseen } from './check.ts';
import { stateChecks } from './workflow.ts';
import { levelOf, permissionsOf, type WorkflowFile } from './workflow-file.ts';

/** The workflow that takes the App's place where there is no server. */
export const APP_WORKFLOW_PATH = '.github/workflows/huxley-app.yml';
/** The secret its orders are signed with. */
export const SERVERLESS_SECRET = 'HUXLEY_KEY';

const NAME = 'App in Actions';

/** What starts it, any of each line, and what is not heard of without. */
const TRIGGERS: readonly (readonly [readonly string[], string])[] = [
  [['issue_comment'], 'commands'],
  [['pull_request', 'pull_request_target'], 'what people do to pull requests'],
  [['workflow_run'], 'jobs that have ended'],
  [['schedule'], 'what the others missed'],
];
/** What its token does. */
const SCOPES: Readonly<Record<string, 'read' | 'write'>> = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  'pull-requests': 'write',
};

/** Whether it works with an App's credentials instead of the workflow's own token. */
export function usesApp({ secrets }: WorkflowFile): boolean {
  return secrets.some((name) => name.endsWith('PRIVATE_KEY'));
}

export function serverlessChecks(facts: RemoteFacts, workflow: WorkflowFile | string, links: Links): readonly Check[] {
  const edit = links.edit(APP_WORKFLOW_PATH);
  const state = stateChecks(APP_WORKFLOW_PATH, facts.workflows[APP_WORKFLOW_PATH], links);
  if (typeof workflow === 'string')
    return [missing(NAME, `${APP_WORKFLOW_PATH} cannot be read: ${workflow}`, 'Make it again.', edit), ...state];
  const found: Check[] = [];
  for (const [names, what] of TRIGGERS)
    if (!names.some((name) => workflow.triggers.includes(name)))
      found.push(
        missing(
          NAME,
          `${APP_WORKFLOW_PATH} does not start on ${names[0]}, so it does not hear of ${what}`,
          `Add ${names[0]} to its triggers.`,
          edit,
        ),
      );
  found.push(...concurrencyChecks(workflow, edit));
  if (!workflow.secrets.includes(SERVERLESS_SECRET))
    found.push(
      missing(
        NAME,
        `${APP_WORKFLOW_PATH} does not read ${SERVERLESS_SECRET}, so it can sign no order`,
        `Give it \`\${{ secrets.${SERVERLESS_SECRET} }}\`.`,
        edit,
      ),
    );
  if (!usesApp(workflow)) found.push(...tokenChecks(facts, workflow, links));
  return [...state, ...orOk(found, NAME, `${APP_WORKFLOW_PATH} hears of all it needs, one run at a time`)];
}

function concurrencyChecks({ concurrency, jobs }: WorkflowFile, edit: string): Check[] {
  const remedy = 'Write `concurrency: { group: huxley-app, cancel-in-progress: false }` at its top.';
  const held = concurrency === null ? jobs.map((job) => job.concurrency) : [concurrency];
  if (held.length === 0 || held.some((each) => each === null))
    return [
      missing(
        NAME,
        `${APP_WORKFLOW_PATH} has no concurrency group: two at once spoil each other’s journal`,
        remedy,
        edit,
      ),
    ];
  const found: Check[] = [];
  if (held.some((each) => each?.cancels))
    found.push(
      missing(NAME, `${APP_WORKFLOW_PATH} cancels what is in progress: a run is cut off in the middle`, remedy, edit),
    );
  if (held.some((each) => each?.group.includes('${{')))
    found.push(
      note(
        NAME,
        `the concurrency group of ${APP_WORKFLOW_PATH} is made by an expression: it has to be one group`,
        remedy,
        edit,
      ),
    );
  return found;
}

function tokenChecks({ opensPulls }: RemoteFacts, workflow: WorkflowFile, links: Links): Check[] {
  const edit = links.edit(APP_WORKFLOW_PATH);
  const found: Check[] = [];
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
          `${APP_WORKFLOW_PATH} leaves what its token may do to the repository’s settings`,
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
