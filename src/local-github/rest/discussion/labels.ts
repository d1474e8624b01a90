import { z } from 'zod';
import { invalid, notFound } from '../../http/failure.ts';
import type { Context } from '../../http/operation.ts';
import { operation } from '../../http/operation.ts';
import { paginateAll } from '../../http/page.ts';
import { created, json, noContent } from '../../http/reply.ts';
import { issueAt } from '../../issue/find.ts';
import { labelIds, setLabels } from '../../issue/labels.ts';
import { issueLabels } from '../../present/issue.ts';
import { labelOf } from '../../present/label.ts';
import { labelNames } from '../text.ts';

const READ = { access: 'issues:read|pull_requests:read' };
const WRITE = { access: 'issues:write|pull_requests:write', role: 'triage' } as const;
const named = z.union([z.object({ labels: labelNames.optional() }), labelNames]);

async function give(context: Context<z.output<typeof named>>, keep: boolean) {
  const { hub, repo, actor, body } = context;
  const issue = issueAt(context);
  const names = (Array.isArray(body) ? body : body.labels) ?? [];
  const labels = [...new Set([...(keep ? issue.labels : []), ...labelIds(hub, repo, names)])];
  return json(issueLabels(hub, repo, await setLabels(hub, repo, actor, issue, labels)));
}

export const LABELS = [
  operation('GET /repos/{owner}/{repo}/labels', READ, (context) =>
    paginateAll(context, context.store.labels.list({ repo: context.repo.id }), (label) =>
      labelOf(context.hub, context.repo, label),
    ),
  ),

  operation(
    'POST /repos/{owner}/{repo}/labels',
    {
      ...WRITE,
      role: 'write',
      body: z.object({
        name: z.string().min(1).max(50),
        color: z
          .string()
          .regex(/^[0-9a-fA-F]{6}$/)
          .optional(),
        description: z.string().max(100).nullish(),
      }),
    },
    ({ hub, store, repo, body: { name, color = 'ededed', description = null } }) => {
      if (store.labels.find({ repo: repo.id, name }) !== undefined)
        throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
      return created(labelOf(hub, repo, store.labels.insert({ repo: repo.id, name, color, description })));
    },
  ),

  operation('GET /repos/{owner}/{repo}/labels/{name}', READ, ({ hub, store, repo, params }) => {
    const label = store.labels.find({ repo: repo.id, name: params.name! });
    if (label === undefined) throw notFound();
    return json(labelOf(hub, repo, label));
  }),

  operation('DELETE /repos/{owner}/{repo}/labels/{name}', { ...WRITE, role: 'write' }, ({ store, repo, params }) => {
    const label = store.labels.find({ repo: repo.id, name: params.name! });
    if (label === undefined) throw notFound();
    store.labels.delete(label.id);
    return noContent;
  }),

  operation('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', READ, (context) =>
    paginateAll(context, issueLabels(context.hub, context.repo, issueAt(context)), (label) => label),
  ),

  operation('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...WRITE, body: named }, (context) =>
    give(context, true),
  ),

  operation('PUT /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...WRITE, body: named }, (context) =>
    give(context, false),
  ),

  operation('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', WRITE, async (context) => {
    const { hub, store, repo, actor, params } = context;
    const issue = issueAt(context);
    const label = store.labels.find({ repo: repo.id, name: params.name! });
    if (label === undefined || !issue.labels.includes(label.id)) throw notFound();
    const rest = issue.labels.filter((id) => id !== label.id);
    return json(issueLabels(hub, repo, await setLabels(hub, repo, actor, issue, rest)));
  }),
];
