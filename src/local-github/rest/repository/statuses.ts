import { z } from 'zod';
import { unprocessable } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { created, json } from '../../http/reply.ts';
import { addressOf } from '../../present/address.ts';
import { minimalRepositoryOf } from '../../present/repository.ts';
import { nodeId } from '../../present/schema.ts';
import { userById } from '../../present/user.ts';
import { timestamp } from '../../server-context.ts';
import type { Row } from '../../store/table.ts';

interface Status extends Row {
  readonly repo: number;
  readonly sha: string;
  readonly context: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly user: number;
  readonly createdAt: string;
}

const table = ({ store }: Context<unknown>) => store.table<Status>('statuses', { keys: ['repo', 'sha', 'context'] });

async function commitAt({ git }: Context<unknown>, name: string): Promise<string> {
  const sha = await git.resolve(name);
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${name}`);
  return sha;
}

function simpleOf({ hub, repo }: Context<unknown>, status: Status) {
  return {
    url: `${addressOf(hub, repo).api}/statuses/${status.sha}`,
    avatar_url: null,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

export const STATUSES = [
  operation(
    'POST /repos/{owner}/{repo}/statuses/{sha}',
    {
      access: 'statuses:write',
      body: z.object({
        state: z.enum(['error', 'failure', 'pending', 'success']),
        context: z.string().optional(),
        description: z.string().nullish(),
        target_url: z.string().nullish(),
      }),
    },
    async (context) => {
      const { hub, repo, user, body, params } = context;
      const status = table(context).insert({
        repo: repo.id,
        sha: await commitAt(context, params.sha!),
        context: body.context ?? 'default',
        state: body.state,
        description: body.description ?? null,
        targetUrl: body.target_url ?? null,
        user: user.id,
        createdAt: timestamp(hub),
      });
      return created({ ...simpleOf(context, status), creator: userById(hub, user.id) });
    },
  ),

  operation('GET /repos/{owner}/{repo}/commits/{ref}/status', { access: 'statuses:read' }, async (context) => {
    const { hub, repo, params } = context;
    const sha = await commitAt(context, params.ref!);
    const latest = new Map(
      table(context)
        .list({ repo: repo.id, sha })
        .map((status) => [status.context, status]),
    );
    const statuses = [...latest.values()];
    const states = new Set(statuses.map(({ state }) => state));
    const failed = states.has('error') || states.has('failure');
    const url = `${addressOf(hub, repo).api}/commits/${sha}`;
    return json({
      state: failed ? 'failure' : states.has('pending') || states.size === 0 ? 'pending' : 'success',
      statuses: statuses.map((status) => simpleOf(context, status)),
      sha,
      total_count: statuses.length,
      repository: minimalRepositoryOf(hub, repo),
      commit_url: url,
      url: `${url}/status`,
    });
  }),
];
