import { z } from 'zod';
import { appOf } from '../../auth/actor.ts';
import { emit } from '../../emit.ts';
import { Failure } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { pageOf, paginate, paginateAll } from '../../http/page.ts';
import { created, json, type Reply } from '../../http/reply.ts';
import { editIssue, turnIssue } from '../../issue/edit.ts';
import { issueAt } from '../../issue/find.ts';
import { labelIds, setLabels, tellLabels } from '../../issue/labels.ts';
import { newIssue } from '../../issue/new.ts';
import { issueOf } from '../../present/issue.ts';
import { labellingOf } from '../../present/label.ts';
import { closePull, reopenPull } from '../../pull/state.ts';
import type { Issue } from '../../store/rows.ts';
import { bodyText, labelNames, logins, titleText } from '../text.ts';

function listIssues(context: Context): Reply {
  const { hub, store, repo, query } = context;
  const state = query.get('state') ?? 'open';
  const creator = query.get('creator');
  const where = {
    repo: repo.id,
    ...(state === 'all' ? {} : { state: state as Issue['state'] }),
    ...(creator === null ? {} : { user: store.users.find({ login: creator })?.id ?? 0 }),
  };
  const by = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const descending = query.get('direction') !== 'asc';
  const { offset, size } = pageOf(query);
  const present = (issue: Issue) => issueOf(hub, repo, issue);
  const labels = query.get('labels')?.split(',') ?? [];
  const since = query.get('since');
  if (labels.length === 0 && since === null) {
    const page = store.issues.list(where, { by, descending, limit: size, offset });
    return paginate(context, store.issues.count(where), page.map(present));
  }
  const wanted = labels.map((name) => store.labels.find({ repo: repo.id, name: name.trim() })?.id ?? 0);
  const found = store.issues
    .list(where, { by, descending })
    .filter((issue) => wanted.every((label) => issue.labels.includes(label)))
    .filter((issue) => since === null || Date.parse(issue.updatedAt) >= Date.parse(since));
  return paginate(context, found.length, found.slice(offset, offset + size).map(present));
}

export const ISSUES = [
  operation('GET /repos/{owner}/{repo}/issues', { access: 'issues:read' }, listIssues),

  operation(
    'POST /repos/{owner}/{repo}/issues',
    {
      access: 'issues:write',
      role: 'read',
      body: z.object({
        title: z.union([titleText, z.number().transform(String)]),
        body: bodyText.nullish(),
        labels: labelNames.optional(),
        assignees: logins.optional(),
      }),
    },
    async ({ hub, store, repo, user, actor, body: input }) => {
      if (repo.noIssues) throw new Failure(410, 'Issues has been disabled in this repository.');
      const issue = newIssue(hub, repo, {
        title: input.title,
        body: input.body ?? null,
        user: user.id,
        app: appOf(actor)?.id ?? null,
        isPull: false,
        labels: labelIds(hub, repo, input.labels ?? []),
        assignees: (input.assignees ?? []).flatMap((login) => store.users.find({ login })?.id ?? []),
      });
      const answer = issueOf(hub, repo, issue);
      emit(hub, repo, actor, ['issues', 'opened'], { issue: answer });
      await tellLabels(hub, repo, actor, issue);
      return created(answer);
    },
  ),

  operation(
    'GET /repos/{owner}/{repo}/issues/{issue_number}',
    { access: 'issues:read|pull_requests:read' },
    (context) => json(issueOf(context.hub, context.repo, issueAt(context))),
  ),

  operation(
    'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
    {
      access: 'issues:write|pull_requests:write',
      role: 'read',
      body: z.object({
        title: titleText.optional(),
        body: bodyText.nullish(),
        state: z.enum(['open', 'closed']).optional(),
        state_reason: z.enum(['completed', 'not_planned', 'duplicate', 'reopened']).nullish(),
        labels: labelNames.optional(),
        assignees: logins.optional(),
      }),
    },
    async (context) => {
      const { hub, store, repo, actor, user, body: input } = context;
      const before = issueAt(context);
      if (before.user !== user.id) context.require('issues:write|pull_requests:write', 'triage');
      const { changes } = editIssue(hub, before, input);
      if (Object.keys(changes).length > 0 && !before.isPull)
        emit(hub, repo, actor, ['issues', 'edited'], {
          issue: issueOf(hub, repo, store.issues.get(before.id)!),
          changes,
        });
      if (input.labels !== undefined)
        await setLabels(hub, repo, actor, store.issues.get(before.id)!, labelIds(hub, repo, input.labels));
      if (input.state !== undefined && input.state !== before.state) {
        const pull = store.pulls.find({ issue: before.id });
        if (pull === undefined)
          turnIssue(hub, repo, actor, store.issues.get(before.id)!, input.state, input.state_reason ?? null);
        else await (input.state === 'closed' ? closePull : reopenPull)(hub, repo, actor, pull);
      }
      return json(issueOf(hub, repo, store.issues.get(before.id)!));
    },
  ),

  // Of an issue's many events, labels alone.
  operation(
    'GET /repos/{owner}/{repo}/issues/{issue_number}/events',
    { access: 'issues:read|pull_requests:read' },
    (context) => {
      const { hub, store, repo } = context;
      return paginateAll(context, store.labellings.list({ issue: issueAt(context).id }), (each) =>
        labellingOf(hub, repo, each),
      );
    },
  ),
];
