import { z } from 'zod';
import { Failure, notFound } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { paginateAll } from '../../http/page.ts';
import { json, noContent } from '../../http/reply.ts';
import { addressOf } from '../../present/address.ts';
import { commitOf } from '../../present/commit.ts';
import type { Protection } from '../../store/rows.ts';

const ADMIN = { access: 'administration:write', role: 'admin' } as const;

const rules = z.object({
  required_status_checks: z
    .object({
      strict: z.boolean(),
      contexts: z.array(z.string()).optional(),
      checks: z.array(z.object({ context: z.string(), app_id: z.int().nullish() })).optional(),
    })
    .nullable(),
  enforce_admins: z.boolean().nullable(),
  required_pull_request_reviews: z
    .object({ required_approving_review_count: z.int().min(0).max(6).optional() })
    .nullable(),
  restrictions: z.null(),
});

const find = ({ store, repo, params }: Context<unknown>) =>
  store.protections.find({ repo: repo.id, branch: params.branch! });

function protectionOf({ hub, repo, params }: Context<unknown>, rule: Protection) {
  const url = `${addressOf(hub, repo).api}/branches/${params.branch}/protection`;
  const checks = rule.checks?.map(({ context, app }) => ({ context, app_id: app }));
  return {
    url,
    ...(checks === undefined
      ? {}
      : {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict: rule.strict,
            contexts: checks.map(({ context }) => context),
            contexts_url: `${url}/required_status_checks/contexts`,
            checks,
          },
        }),
    ...(rule.approvals === null
      ? {}
      : {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: false,
            require_code_owner_reviews: false,
            required_approving_review_count: rule.approvals,
            require_last_push_approval: false,
          },
        }),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: rule.enforceAdmins },
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
  };
}

export const BRANCHES = [
  operation('GET /repos/{owner}/{repo}/branches', { access: 'contents:read' }, async (context) => {
    const { hub, repo, store, git, query } = context;
    const guarded = new Set(store.protections.list({ repo: repo.id }).map(({ branch }) => branch));
    const { api } = addressOf(hub, repo);
    const branches = (await git.refs('refs/heads')).map(({ name, sha }) => {
      const branch = name.slice('refs/heads/'.length);
      return { name: branch, commit: { sha, url: `${api}/commits/${sha}` }, protected: guarded.has(branch) };
    });
    const asked = query.get('protected');
    return paginateAll(
      context,
      branches.filter((branch) => asked === null || String(branch.protected) === asked),
      (branch) => branch,
    );
  }),

  operation('GET /repos/{owner}/{repo}/branches/{branch}', { access: 'contents:read' }, async (context) => {
    const { hub, repo, git, params } = context;
    const sha = await git.refSha(`refs/heads/${params.branch}`);
    if (sha === undefined) throw new Failure(404, 'Branch not found');
    const rule = find(context);
    const { api, html } = addressOf(hub, repo);
    const url = `${api}/branches/${params.branch}`;
    const checks = rule?.checks ?? [];
    return json({
      name: params.branch,
      commit: commitOf(hub, repo, (await git.commit(sha))!),
      _links: { self: url, html: `${html}/tree/${params.branch}` },
      protected: rule !== undefined,
      protection: {
        enabled: rule !== undefined,
        required_status_checks: {
          enforcement_level: checks.length === 0 ? 'off' : rule!.enforceAdmins ? 'everyone' : 'non_admins',
          contexts: checks.map(({ context: name }) => name),
          checks: checks.map(({ context: name, app }) => ({ context: name, app_id: app })),
        },
      },
      protection_url: `${url}/protection`,
    });
  }),

  operation(
    'GET /repos/{owner}/{repo}/branches/{branch}/protection',
    { access: 'administration:read', role: 'admin' },
    (context) => {
      const rule = find(context);
      if (rule === undefined) throw new Failure(404, 'Branch not protected');
      return json(protectionOf(context, rule));
    },
  ),

  operation('PUT /repos/{owner}/{repo}/branches/{branch}/protection', { ...ADMIN, body: rules }, async (context) => {
    const { store, repo, git, params, body } = context;
    if ((await git.refSha(`refs/heads/${params.branch}`)) === undefined) throw notFound();
    const asked = body.required_status_checks;
    const row = {
      repo: repo.id,
      branch: params.branch!,
      checks:
        asked &&
        (asked.checks?.map(({ context: name, app_id }) => ({
          context: name,
          app: app_id === -1 ? null : (app_id ?? null),
        })) ??
          asked.contexts?.map((name) => ({ context: name, app: null })) ??
          []),
      strict: asked?.strict ?? false,
      approvals:
        body.required_pull_request_reviews && (body.required_pull_request_reviews.required_approving_review_count ?? 1),
      enforceAdmins: body.enforce_admins ?? false,
    };
    const found = find(context);
    return json(
      protectionOf(
        context,
        found === undefined ? store.protections.insert(row) : store.protections.update(found.id, row),
      ),
    );
  }),

  operation('DELETE /repos/{owner}/{repo}/branches/{branch}/protection', ADMIN, (context) => {
    const rule = find(context);
    if (rule === undefined) throw new Failure(404, 'Branch not protected');
    context.store.protections.delete(rule.id);
    return noContent;
  }),
];
