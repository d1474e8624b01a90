import type { GitHubEvent } from '../../webhook/event.ts';
import type { Actions } from '../actions.ts';
import { parseWorkflow } from '../workflow/parse.ts';
import { skipsWorkflows } from '../workflow/skip.ts';
import { isTriggered } from '../workflow/trigger.ts';
import { type Cause, causesOf, startsRuns } from './causes.ts';
import { createRun } from './create.ts';
import { workflowFiles } from './registry.ts';

/** Starts the repository's workflows that name an event, unless the job's own token caused it. */
export function startOnEvent(actions: Actions, event: GitHubEvent, payload: Readonly<Record<string, unknown>>): void {
  if (!startsRuns(event.event) || isOfToken(actions, event)) return;
  actions.scheduler.enqueue(async () => {
    for (const cause of await causesOf(actions, event, payload)) await startFor(actions, cause);
  });
}

/**
 * Whether GitHub starts nothing because a `GITHUB_TOKEN` is behind it. Whether the end of a run that such a token
 * dispatched starts `workflow_run` is documented nowhere; people report that it does not.
 */
function isOfToken({ app, options }: Actions, { by, event }: GitHubEvent): boolean {
  return by?.id === app.id && !(event === 'workflow_run' && options.followTokenRuns);
}

async function startFor(actions: Actions, cause: Cause): Promise<void> {
  const git = actions.hub.git(cause.repo);
  const skippable = cause.event === 'push' || cause.event === 'pull_request';
  if (skippable && skipsWorkflows((await git.commit(cause.headSha))?.message ?? '')) return;
  for (const file of await workflowFiles(git, cause.sha)) {
    const parsed = await parseWorkflow(file.path, file.source);
    const known = actions.tables.workflows.find({ repo: cause.repo.id, path: file.path });
    if (known?.state === 'disabled_manually') continue;
    if (parsed.ok ? await isTriggered(parsed.workflow, cause.trigger) : cause.event === 'push')
      await actions.scheduler.start(await createRun(actions, { ...cause, file }));
  }
}
