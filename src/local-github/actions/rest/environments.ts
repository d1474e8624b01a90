import { z } from 'zod';
import { notFound } from '../../http/failure.ts';
import { type Context, type Operation, operation } from '../../http/operation.ts';
import { json, noContent } from '../../http/reply.ts';
import { timestamp } from '../../server-context.ts';
import type { Actions } from '../actions.ts';
import { branchPolicyOf, environmentOf } from '../present/environment.ts';
import type { EnvironmentRow } from '../rows.ts';
import { environmentNamed } from '../run/settings.ts';
import { listing } from './listing.ts';

const BASE = '/repos/{owner}/{repo}/environments' as const;
const ONE = `${BASE}/{environment_name}` as const;

const policyBody = z.object({
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullish(),
});
const patternBody = z.object({ name: z.string().min(1) });

export function environmentOperations(actions: Actions): Operation[] {
  const { hub, tables } = actions;
  const named = ({ repo, params }: Pick<Context, 'repo' | 'params'>): EnvironmentRow => {
    const found = tables.environments.find({ repo: repo.id, name: params.environment_name! });
    if (!found) throw notFound();
    return found;
  };
  return [
    operation(`GET ${BASE}`, { access: 'actions:read' }, (context) =>
      listing(context, 'environments', tables.environments.list({ repo: context.repo.id }), (environment) =>
        environmentOf(hub, context.repo, environment),
      ),
    ),
    operation(`GET ${ONE}`, { access: 'actions:read' }, (context) =>
      json(environmentOf(hub, context.repo, named(context))),
    ),
    operation(
      `PUT ${ONE}`,
      { access: 'administration:write', role: 'admin', body: policyBody },
      ({ repo, params, body }) => {
        const policy = body.deployment_branch_policy;
        const { id } = environmentNamed(actions, repo, params.environment_name!);
        const environment = tables.environments.update(id, {
          protectedBranches: policy?.protected_branches ?? false,
          branches: policy?.custom_branch_policies ? (tables.environments.get(id)!.branches ?? []) : null,
          updatedAt: timestamp(hub),
        });
        return json(environmentOf(hub, repo, environment));
      },
    ),
    operation(`GET ${ONE}/deployment-branch-policies`, { access: 'actions:read' }, (context) =>
      listing(context, 'branch_policies', named(context).branches ?? [], branchPolicyOf),
    ),
    operation(
      `POST ${ONE}/deployment-branch-policies`,
      { access: 'administration:write', role: 'admin', body: patternBody },
      (context) => {
        const { id, branches } = named(context);
        if (branches === null) throw notFound();
        const policy = { id: branches.length + 1, name: context.body.name };
        tables.environments.update(id, { branches: [...branches, policy] });
        return json(branchPolicyOf(policy));
      },
    ),
    operation(`DELETE ${ONE}`, { access: 'administration:write', role: 'admin' }, (context) => {
      tables.environments.delete(named(context).id);
      return noContent;
    }),
  ];
}
