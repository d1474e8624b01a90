import { z } from 'zod';
import type { Ref } from '../../git/repository.ts';
import { notFound, unprocessable } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { paginateAll } from '../../http/page.ts';
import { created, json, noContent } from '../../http/reply.ts';
import { addressOf } from '../../present/address.ts';
import type { Schema } from '../../present/schema.ts';
import { moveRef } from '../../ref/move.ts';
import { checkRefName } from '../../ref/name.ts';
import type { ServerContext } from '../../server-context.ts';
import type { Repository } from '../../store/rows.ts';

const sha = z
  .string()
  .regex(/^[0-9a-f]{40}$/, { error: 'The sha parameter must be exactly 40 characters and contain only [0-9a-f].' });

function refOf(hub: ServerContext, repo: Repository, { name, sha, type }: Ref): Schema<'git-ref'> {
  const { api } = addressOf(hub, repo);
  return {
    ref: name,
    node_id: `REF_${Buffer.from(name).toString('base64url')}`,
    url: `${api}/git/${name}`,
    object: { sha, type, url: `${api}/git/${type}s/${sha}` },
  };
}

async function refAt({ git, params }: Context<unknown>): Promise<Ref | undefined> {
  const name = `refs/${params.ref}`;
  return (await git.refs(name)).find((ref) => ref.name === name);
}

export const REFS = [
  operation('GET /repos/{owner}/{repo}/git/ref/{ref}', { access: 'contents:read' }, async (context) => {
    const ref = await refAt(context);
    if (ref === undefined) throw notFound();
    return json(refOf(context.hub, context.repo, ref));
  }),

  operation('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', { access: 'contents:read' }, async (context) => {
    const refs = await context.git.refs();
    const matching = refs.filter(({ name }) => name.startsWith(`refs/${context.params.ref}`));
    return paginateAll(context, matching, (ref) => refOf(context.hub, context.repo, ref));
  }),

  operation(
    'POST /repos/{owner}/{repo}/git/refs',
    { access: 'contents:write', body: z.object({ ref: z.string(), sha }) },
    async (context) => {
      const { hub, repo, actor, git, body } = context;
      checkRefName(body.ref);
      if ((await git.refSha(body.ref)) !== undefined) throw unprocessable('Reference already exists');
      const object = await git.read(body.sha);
      if (object === undefined || (body.ref.startsWith('refs/heads/') && object.type !== 'commit'))
        throw unprocessable('Object does not exist');
      await moveRef(hub, repo, actor, { ref: body.ref, before: null, after: body.sha });
      return created(refOf(hub, repo, { name: body.ref, sha: body.sha, type: object.type }));
    },
  ),

  operation(
    'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
    { access: 'contents:write', body: z.object({ sha, force: z.boolean().optional() }) },
    async (context) => {
      const { hub, repo, actor, git, body } = context;
      const ref = await refAt(context);
      if (ref === undefined) throw unprocessable('Reference does not exist');
      if ((await git.read(body.sha))?.type !== 'commit') throw unprocessable('Object does not exist');
      if (body.force !== true && !(await git.isAncestor(ref.sha, body.sha)))
        throw unprocessable('Update is not a fast forward');
      if (ref.sha !== body.sha) await moveRef(hub, repo, actor, { ref: ref.name, before: ref.sha, after: body.sha });
      return json(refOf(hub, repo, { ...ref, sha: body.sha }));
    },
  ),

  operation('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { access: 'contents:write' }, async (context) => {
    const ref = await refAt(context);
    if (ref === undefined || !/^refs\/(heads|tags)\//.test(ref.name)) throw unprocessable('Reference does not exist');
    await moveRef(context.hub, context.repo, context.actor, { ref: ref.name, before: ref.sha, after: null });
    return noContent;
  }),
];
