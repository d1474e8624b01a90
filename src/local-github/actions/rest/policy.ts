import { z } from 'zod';
import { conflict } from '../../http/failure.ts';
import { type Context, type Operation, operation } from '../../http/operation.ts';
import { json, noContent } from '../../http/reply.ts';
import { fullName } from '../../server-context.ts';
import type { Row } from '../../store/table.ts';
import type { Actions } from '../actions.ts';

const BASE = '/repos/{owner}/{repo}/actions/permissions' as const;
const READ = { access: 'administration:read', role: 'admin' } as const;
const WRITE = { access: 'administration:write', role: 'admin' } as const;

const policyBody = z.object({
  enabled: z.boolean(),
  allowed_actions: z.enum(['all', 'local_only', 'selected']).optional(),
  sha_pinning_required: z.boolean().optional(),
});
const selectedBody = z.object({
  github_owned_allowed: z.boolean().optional(),
  verified_allowed: z.boolean().optional(),
  patterns_allowed: z.array(z.string()).optional(),
});

/** What the owner lets workflows use, as they wrote it. */
interface PolicyRow extends Row {
  readonly repo: number;
  readonly policy: z.output<typeof policyBody>;
  readonly selected: z.output<typeof selectedBody>;
}

/** Which actions a repository allows, and whether Actions are on. It is kept and shown; runs here are not held to it. */
export function policyOperations({ hub }: Actions): Operation[] {
  const policies = hub.store.table<PolicyRow>('action_policies', { keys: ['repo'], unique: [['repo']] });
  const of = ({ repo }: Pick<Context, 'repo'>) =>
    policies.find({ repo: repo.id }) ??
    policies.insert({ repo: repo.id, policy: { enabled: true, allowed_actions: 'all' }, selected: {} });
  const mustBeSelected = (context: Pick<Context, 'repo'>) => {
    const found = of(context);
    if (found.policy.allowed_actions !== 'selected')
      throw conflict('The repository must have the "selected" actions policy.');
    return found;
  };
  return [
    operation(`GET ${BASE}`, READ, (context) => {
      const { policy } = of(context);
      const { enabled, allowed_actions = 'all', sha_pinning_required = false } = policy;
      const url = `${hub.apiUrl}/repos/${fullName(hub, context.repo)}/actions/permissions/selected-actions`;
      return json({
        enabled,
        ...(enabled && { allowed_actions, sha_pinning_required }),
        ...(enabled && allowed_actions === 'selected' && { selected_actions_url: url }),
      });
    }),
    operation(`PUT ${BASE}`, { ...WRITE, body: policyBody }, (context) => {
      policies.update(of(context).id, { policy: context.body });
      return noContent;
    }),
    operation(`GET ${BASE}/selected-actions`, READ, (context) => {
      const { selected } = mustBeSelected(context);
      return json({ github_owned_allowed: true, verified_allowed: false, patterns_allowed: [], ...selected });
    }),
    operation(`PUT ${BASE}/selected-actions`, { ...WRITE, body: selectedBody }, (context) => {
      policies.update(mustBeSelected(context).id, { selected: context.body });
      return noContent;
    }),
  ];
}
