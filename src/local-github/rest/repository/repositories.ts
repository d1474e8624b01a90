import { z } from 'zod';
import { sees } from '../../auth/access.ts';
import { forbidden, invalid, notFound } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { paginateAll } from '../../http/page.ts';
import { created, json } from '../../http/reply.ts';
import { fullRepositoryOf, repositoryOf } from '../../present/repository.ts';
import { timestamp } from '../../server-context.ts';
import { createRepository } from '../../setup/repository.ts';

const newRepository = z.object({
  name: z.string(),
  description: z.string().nullish(),
  private: z.boolean().optional(),
  auto_init: z.boolean().optional(),
  delete_branch_on_merge: z.boolean().optional(),
});

async function create(context: Context<z.output<typeof newRepository>>, login: string) {
  const { hub, store, body } = context;
  const owner = store.users.find({ login });
  if (owner === undefined) throw notFound();
  const { name, description } = body;
  const repo = await createRepository(hub, owner, {
    name,
    private: body.private ?? false,
    ...(description ? { description } : {}),
    ...(body.auto_init ? { files: { 'README.md': `# ${name}\n` } } : {}),
  });
  const kept = store.repositories.update(repo.id, { deleteBranchOnMerge: body.delete_branch_on_merge ?? false });
  return created(fullRepositoryOf(hub, kept));
}

export const REPOSITORIES = [
  operation('GET /repos/{owner}/{repo}', { access: 'metadata:read' }, ({ hub, repo }) =>
    json(fullRepositoryOf(hub, repo)),
  ),

  operation(
    'PATCH /repos/{owner}/{repo}',
    {
      access: 'administration:write',
      role: 'admin',
      body: z.object({
        description: z.string().nullish(),
        private: z.boolean().optional(),
        default_branch: z.string().optional(),
        delete_branch_on_merge: z.boolean().optional(),
        has_issues: z.boolean().optional(),
        archived: z.boolean().optional(),
      }),
    },
    async ({ hub, store, repo, git, body }) => {
      const branch = body.default_branch ?? repo.defaultBranch;
      if (branch !== repo.defaultBranch) {
        if ((await git.refSha(`refs/heads/${branch}`)) === undefined)
          throw invalid({ resource: 'Repository', field: 'default_branch', code: 'invalid' });
        await git.run(['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
      }
      const changed = store.repositories.update(repo.id, {
        description: body.description === undefined ? repo.description : body.description,
        private: body.private ?? repo.private,
        defaultBranch: branch,
        deleteBranchOnMerge: body.delete_branch_on_merge ?? repo.deleteBranchOnMerge,
        ...(body.has_issues !== undefined && { noIssues: !body.has_issues }),
        ...(body.archived !== undefined && { archived: body.archived }),
        updatedAt: timestamp(hub),
      });
      return json(fullRepositoryOf(hub, changed));
    },
  ),

  operation('POST /user/repos', { access: 'signed-in', body: newRepository }, (context) => {
    if (context.actor.type !== 'user') throw forbidden();
    return create(context, context.actor.user.login);
  }),

  operation('POST /orgs/{org}/repos', { access: 'signed-in', body: newRepository }, (context) => {
    if (context.actor.type !== 'user') throw forbidden();
    return create(context, context.params.org!);
  }),

  operation('GET /users/{username}/repos', { access: 'anyone' }, (context) => {
    const { hub, store, actor, params } = context;
    const owner = store.users.find({ login: params.username! });
    if (owner === undefined) throw notFound();
    const seen = store.repositories.list({ owner: owner.id }).filter((repo) => sees(store, actor, repo));
    return paginateAll(context, seen, (repo) => repositoryOf(hub, repo));
  }),
];
