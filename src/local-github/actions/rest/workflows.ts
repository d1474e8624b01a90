import { z } from 'zod';
import { unprocessable } from '../../http/failure.ts';
import { type Operation, operation } from '../../http/operation.ts';
import { json, noContent } from '../../http/reply.ts';
import { fullName } from '../../server-context.ts';
import type { Actions } from '../actions.ts';
import { workflowOf } from '../present/workflow.ts';
import { dispatch, findWorkflow } from '../run/dispatch.ts';
import { knownWorkflows } from '../run/registry.ts';
import { listRuns } from './list-runs.ts';
import { listing } from './listing.ts';

const BASE = '/repos/{owner}/{repo}/actions/workflows' as const;

const dispatchBody = z.strictObject({
  ref: z.string(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  return_run_details: z.boolean().optional(),
});

export function workflowOperations(actions: Actions): Operation[] {
  return [
    operation(`GET ${BASE}`, { access: 'actions:read' }, async (context) =>
      listing(context, 'workflows', await knownWorkflows(actions, context.repo), (workflow) =>
        workflowOf(context.hub, context.repo, workflow),
      ),
    ),
    operation(`GET ${BASE}/{workflow_id}`, { access: 'actions:read' }, async ({ hub, repo, params }) =>
      json(workflowOf(hub, repo, await findWorkflow(actions, repo, params.workflow_id!))),
    ),
    operation(`GET ${BASE}/{workflow_id}/runs`, { access: 'actions:read' }, async (context) => {
      const workflow = await findWorkflow(actions, context.repo, context.params.workflow_id!);
      return listRuns(actions, context, { workflow: workflow.id });
    }),
    operation(
      `POST ${BASE}/{workflow_id}/dispatches`,
      { access: 'actions:write', body: dispatchBody },
      async ({ hub, repo, actor, params, body }) => {
        if (body.return_run_details !== undefined && !actions.options.returnRunDetails)
          throw unprocessable('Invalid request.\n\n"return_run_details" is not a permitted key.');
        const workflow = await findWorkflow(actions, repo, params.workflow_id!);
        if (actor.type === 'anonymous') throw new Error('an anonymous request passed the permission check');
        const run = await dispatch(actions, repo, actor, workflow, body);
        if (!body.return_run_details) return noContent;
        const path = `${fullName(hub, repo)}/actions/runs/${run.id}`;
        return json({
          workflow_run_id: run.id,
          run_url: `${hub.apiUrl}/repos/${path}`,
          html_url: `${hub.url}/${path}`,
        });
      },
    ),
    ...(['enable', 'disable'] as const).map((verb) =>
      operation(`PUT ${BASE}/{workflow_id}/${verb}`, { access: 'actions:write' }, async ({ repo, params }) => {
        const { id } = await findWorkflow(actions, repo, params.workflow_id!);
        actions.tables.workflows.update(id, { state: verb === 'enable' ? 'active' : 'disabled_manually' });
        return noContent;
      }),
    ),
  ];
}
