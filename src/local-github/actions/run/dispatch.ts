import type { Actor } from '../../auth/actor.ts';
import { Failure, notFound, unprocessable } from '../../http/failure.ts';
import { repositoryOf } from '../../present/repository.ts';
import { userOf } from '../../present/user.ts';
import type { Repository, User } from '../../store/rows.ts';
import type { Actions } from '../actions.ts';
import type { RunRow, WorkflowRow } from '../rows.ts';
import type { DispatchInput } from '../workflow/model.ts';
import { parseWorkflow } from '../workflow/parse.ts';
import { createRun } from './create.ts';
import { knownWorkflows, workflowFiles } from './registry.ts';

const MAX_INPUTS = 25;
const MAX_INPUT_CHARACTERS = 65_535;

/** A workflow by id or file name. Throws GitHub's 404. */
export async function findWorkflow(actions: Actions, repo: Repository, name: string): Promise<WorkflowRow> {
  const found = (await knownWorkflows(actions, repo)).find(
    ({ id, path }) => String(id) === name || path.endsWith(`/${name}`),
  );
  if (!found) throw notFound();
  return found;
}

/** Starts a workflow by hand on a branch or tag, with that ref's version of the file. Throws GitHub's refusals. */
export async function dispatch(
  actions: Actions,
  repo: Repository,
  actor: Exclude<Actor, { type: 'anonymous' }>,
  workflow: WorkflowRow,
  body: { readonly ref: string; readonly inputs: Readonly<Record<string, unknown>> },
): Promise<RunRow> {
  const { hub } = actions;
  const git = hub.git(repo);
  if (workflow.state !== 'active')
    throw new Failure(403, "Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  const ref = await fullRef((name) => git.refSha(name), body.ref);
  const sha = ref && (await git.resolve(ref));
  if (!sha) throw unprocessable(`No ref found for: ${body.ref}`);
  const file = (await workflowFiles(git, sha)).find(({ path }) => path === workflow.path);
  const parsed = file && (await parseWorkflow(file.path, file.source));
  if (!file || !parsed?.ok || !parsed.workflow.events.workflow_dispatch)
    throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  const texts = inputTexts(parsed.workflow.dispatchInputs, body.inputs);
  const run = await createRun(actions, {
    repo,
    file,
    event: 'workflow_dispatch',
    headBranch: ref.replace(/^refs\/(heads|tags)\//, ''),
    headSha: sha,
    ref,
    sha,
    actor: actor.user,
    inputs: typed(parsed.workflow.dispatchInputs, texts),
    payload: payloadOf(actions, repo, actor.user, workflow, ref, texts),
    pulls: [],
    title: parsed.workflow.name,
  });
  void actions.scheduler.start(run);
  return run;
}

function payloadOf(
  { hub }: Actions,
  repo: Repository,
  user: User,
  workflow: WorkflowRow,
  ref: string,
  inputs: Readonly<Record<string, string>>,
) {
  return { inputs, ref, workflow: workflow.path, repository: repositoryOf(hub, repo), sender: userOf(hub, user) };
}

async function fullRef(sha: (name: string) => Promise<string | undefined>, name: string): Promise<string | undefined> {
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const candidate of candidates) if ((await sha(candidate)) !== undefined) return candidate;
  return undefined;
}

function inputTexts(
  known: Readonly<Record<string, DispatchInput>>,
  given: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const names = Object.keys(given);
  if (names.length > MAX_INPUTS)
    throw unprocessable(`you may only define up to ${MAX_INPUTS} \`inputs\` for a \`workflow_dispatch\` event`);
  const unexpected = names.filter((name) => !(name in known));
  if (unexpected.length > 0) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const texts: Record<string, string> = {};
  for (const [name, input] of Object.entries(known)) {
    const value = given[name];
    if (value === undefined && input.required && input.default === null)
      throw unprocessable(`Required input '${name}' not provided`);
    texts[name] = value === undefined ? (input.default ?? '') : String(value);
    if (input.type === 'choice' && !input.options.includes(texts[name]))
      throw unprocessable(`Provided value '${texts[name]}' for input '${name}' not in the list of allowed values`);
    if (input.type === 'boolean' && !['true', 'false', ''].includes(texts[name]))
      throw unprocessable(`Provided value '${texts[name]}' for input '${name}' is not a boolean`);
  }
  if (Object.values(texts).join('').length > MAX_INPUT_CHARACTERS) throw unprocessable('inputs are too large.');
  return texts;
}

function typed(
  known: Readonly<Record<string, DispatchInput>>,
  texts: Readonly<Record<string, string>>,
): RunRow['inputs'] {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const type = known[name]!.type;
      return [name, type === 'boolean' ? text === 'true' : type === 'number' && text !== '' ? Number(text) : text];
    }),
  );
}
