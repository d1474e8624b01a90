import { z } from 'zod';
import { type Operation, operation } from '../../http/operation.ts';
import { json, noContent } from '../../http/reply.ts';
import type { Row } from '../../store/table.ts';
import type { Actions } from '../actions.ts';

const ROUTE = '/repos/{owner}/{repo}/actions/permissions/workflow' as const;

const body = z.object({
  default_workflow_permissions: z.enum(['read', 'write']).optional(),
  can_approve_pull_request_reviews: z.boolean().optional(),
});

interface TokenRow extends Row {
  readonly repo: number;
  readonly settings: z.output<typeof body>;
}

/** What the token of a workflow may do where the workflow does not say. It is kept and shown; tokens here are not held to it. */
export function tokenOperations({ hub }: Actions): Operation[] {
  const rows = hub.store.table<TokenRow>('token_permissions', { keys: ['repo'], unique: [['repo']] });
  return [
    operation(`GET ${ROUTE}`, { access: 'administration:read', role: 'admin' }, ({ repo }) =>
      json({
        default_workflow_permissions: 'read',
        can_approve_pull_request_reviews: false,
        ...rows.find({ repo: repo.id })?.settings,
      }),
    ),
    operation(`PUT ${ROUTE}`, { access: 'administration:write', role: 'admin', body }, ({ repo, body: settings }) => {
      const found = rows.find({ repo: repo.id });
      if (found) rows.update(found.id, { settings: { ...found.settings, ...settings } });
      else rows.insert({ repo: repo.id, settings });
      return noContent;
    }),
  ];
}
