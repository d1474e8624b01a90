import type { Router } from '../http/router.ts';
import type { ServerContext } from '../server-context.ts';
import type { Actions } from './actions.ts';
import { serveFiles } from './artifacts/files.ts';
import { serveArtifactService } from './artifacts/service.ts';
import { openActions } from './open.ts';
import type { ActionsOptions } from './options.ts';
import { artifactOperations } from './rest/artifacts.ts';
import { elsewhereOperations } from './rest/elsewhere.ts';
import { environmentOperations } from './rest/environments.ts';
import { jobOperations } from './rest/jobs.ts';
import { policyOperations } from './rest/policy.ts';
import { runOperations } from './rest/runs.ts';
import { secretOperations } from './rest/secrets.ts';
import { tokenOperations } from './rest/token-permissions.ts';
import { workflowOperations } from './rest/workflows.ts';
import { startOnEvent } from './run/on-event.ts';
import { fireSchedules } from './run/schedule.ts';

/** Adds Actions to a local GitHub; `directory` holds its logs, artifacts and working directories. */
export function installActions(
  hub: ServerContext,
  router: Router,
  directory: string,
  options: ActionsOptions = {},
): Actions {
  const actions = openActions(hub, directory, options);
  router.add(
    ...workflowOperations(actions),
    ...runOperations(actions),
    ...jobOperations(actions),
    ...artifactOperations(actions),
    ...environmentOperations(actions),
    ...secretOperations(actions),
    ...policyOperations(actions),
    ...tokenOperations(actions),
    ...elsewhereOperations(actions),
  );
  hub.raw.push(
    (request, response, url) => serveArtifactService(actions, request, response, url),
    (request, response, url) => serveFiles(actions, request, response, url),
  );
  hub.events.on((event, payload) => startOnEvent(actions, event, payload));
  const { scheduleEveryMs } = actions.options;
  if (scheduleEveryMs > 0) actions.scheduler.repeat(scheduleEveryMs, () => fireSchedules(actions));
  actions.scheduler.resume();
  return actions;
}
