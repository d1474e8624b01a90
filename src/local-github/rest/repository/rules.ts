import { notFound } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { paginateAll } from '../../http/page.ts';
import { json } from '../../http/reply.ts';
import { addressOf } from '../../present/address.ts';
import { nodeId } from '../../present/schema.ts';
import { fullName } from '../../server-context.ts';

/** The one rule there can be here: commits of every branch must have verified signatures. Its ruleset goes by the repository's number. */
const RULE = { type: 'required_signatures' } as const;

const inForce = ({ repo }: Pick<Context, 'repo'>) => (repo.signaturesRequired ? [RULE] : []);

export const RULES = [
  operation('GET /repos/{owner}/{repo}/rules/branches/{branch}', { access: 'metadata:read' }, (context) =>
    paginateAll(context, inForce(context), (rule) => ({
      ...rule,
      ruleset_source_type: 'Repository',
      ruleset_source: fullName(context.hub, context.repo),
      ruleset_id: context.repo.id,
    })),
  ),

  operation('GET /repos/{owner}/{repo}/rulesets/{ruleset_id}', { access: 'metadata:read' }, (context) => {
    const { hub, repo } = context;
    if (context.number('ruleset_id') !== repo.id || inForce(context).length === 0) throw notFound();
    const { api, html } = addressOf(hub, repo);
    return json({
      id: repo.id,
      name: 'Signed commits',
      target: 'branch',
      source_type: 'Repository',
      source: fullName(hub, repo),
      enforcement: 'active',
      current_user_can_bypass: 'never',
      node_id: nodeId('RRS', repo.id),
      _links: {
        self: { href: `${api}/rulesets/${repo.id}` },
        html: { href: `${html}/rules/${repo.id}` },
      },
      conditions: { ref_name: { include: ['~ALL'], exclude: [] } },
      rules: inForce(context),
      created_at: repo.createdAt,
      updated_at: repo.updatedAt,
    });
  }),
];
