import { z } from 'zod';
import { sees } from '../../auth/access.ts';
import { forbidden } from '../../http/failure.ts';
import { operation } from '../../http/operation.ts';
import { paginateAll } from '../../http/page.ts';
import { json } from '../../http/reply.ts';
import { fullRepositoryOf, minimalRepositoryOf } from '../../present/repository.ts';
import { forkRepository } from '../../setup/fork.ts';

export const FORKS = [
  operation(
    'POST /repos/{owner}/{repo}/forks',
    {
      access: 'metadata:read',
      role: 'read',
      body: z.object({ name: z.string().optional(), default_branch_only: z.boolean().optional() }).nullish(),
    },
    async ({ hub, repo, actor, body }) => {
      if (actor.type !== 'user' || actor.user.id === repo.owner) throw forbidden();
      return { ...json(fullRepositoryOf(hub, await forkRepository(hub, repo, actor.user, body?.name))), status: 202 };
    },
  ),

  operation('GET /repos/{owner}/{repo}/forks', { access: 'metadata:read' }, (context) => {
    const { hub, store, actor, repo } = context;
    const forks = store.repositories.list({}).filter((fork) => fork.parent === repo.id && sees(store, actor, fork));
    return paginateAll(context, forks, (fork) => minimalRepositoryOf(hub, fork));
  }),
];
