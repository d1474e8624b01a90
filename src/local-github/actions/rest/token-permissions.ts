import { z } from 'zod';
import { type Operation, operation } from '../../http/operation.ts';
import { json, noContent } from '../../http/reply.ts';
import type { Actions } from '../actions.ts';

const ROUTE = '/repos/{owner}/{repo}/actions/permissions/workflow' as const;

const body = z.object({
  default_workflow_permissions: z.enum(['read', 'write']).optional(),
  can_approve_pull_request_reviews: z.boolean().optional(),
});

/** What a job's token may do by the repository's settings. Where a workflow names no permissions it may only read here, whatever is asked. */
export function tokenOperations({ hub }: Actions): Operation[] {
  return [
    operation(`GET ${ROUTE}`, { access: 'administration:read', role: 'admin' }, ({ repo }) =>
      json({
        default_workflow_permissions: 'read',
        can_approve_pull_request_reviews: repo.actionsMayOpenPulls ?? false,
      }),
    ),
    operation(`PUT ${ROUTE}`, { access: 'administration:write', role: 'admin', body }, ({ repo, body: asked }) => {
      const may = asked.can_approve_pull_request_reviews;
      if (may !== undefined) hub.store.repositories.update(repo.id, { actionsMayOpenPulls: may });
      return noContent;
    }),
  ];
}
