import { z } from 'zod';
import { type Actor, appOf } from '../../auth/actor.ts';
import { emit } from '../../emit.ts';
import { notFound } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { pageOf, paginate } from '../../http/page.ts';
import { created, json, noContent } from '../../http/reply.ts';
import { issueAt } from '../../issue/find.ts';
import { commentOf } from '../../present/comment.ts';
import { issueOf } from '../../present/issue.ts';
import { type ServerContext, timestamp } from '../../server-context.ts';
import type { Comment, Repository } from '../../store/rows.ts';
import { bodyText } from '../text.ts';

const READ = { access: 'issues:read|pull_requests:read' };
const WRITE = { access: 'issues:write|pull_requests:write', role: 'read' } as const;
const commentBody = z.object({ body: bodyText.refine((text) => text.trim() !== '', { error: "body can't be blank" }) });

function commentAt(context: Pick<Context, 'store' | 'repo' | 'number'>): Comment {
  const comment = context.store.comments.get(context.number('comment_id'));
  if (comment === undefined || comment.repo !== context.repo.id) throw notFound();
  return comment;
}

function tell(hub: ServerContext, repo: Repository, actor: Actor, action: string, comment: Comment, extra = {}): void {
  const issue = issueOf(hub, repo, hub.store.issues.get(comment.issue)!);
  emit(hub, repo, actor, ['issue_comment', action], { issue, comment: commentOf(hub, repo, comment), ...extra });
}

/** Only a comment's author and people with write access may change it. */
function mine(context: Context<unknown>): Comment {
  const comment = commentAt(context);
  if (comment.user !== context.user.id) context.require('issues:write|pull_requests:write', 'write');
  return comment;
}

export const COMMENTS = [
  operation('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', READ, (context) => {
    const { hub, store, repo, query } = context;
    const where = { issue: issueAt(context).id };
    const { offset, size } = pageOf(query);
    const since = query.get('since');
    const all =
      since === null
        ? undefined
        : store.comments.list(where).filter(({ updatedAt }) => Date.parse(updatedAt) >= Date.parse(since));
    const page = all?.slice(offset, offset + size) ?? store.comments.list(where, { limit: size, offset });
    return paginate(
      context,
      all?.length ?? store.comments.count(where),
      page.map((comment) => commentOf(hub, repo, comment)),
    );
  }),

  operation('GET /repos/{owner}/{repo}/issues/comments', READ, (context) => {
    const { hub, store, repo, query } = context;
    const { offset, size } = pageOf(query);
    const where = { repo: repo.id };
    const descending = query.get('direction') === 'desc';
    const since = query.get('since');
    const all =
      since === null
        ? undefined
        : store.comments
            .list(where, { descending })
            .filter(({ updatedAt }) => Date.parse(updatedAt) >= Date.parse(since));
    const page = all?.slice(offset, offset + size) ?? store.comments.list(where, { limit: size, offset, descending });
    return paginate(
      context,
      all?.length ?? store.comments.count(where),
      page.map((comment) => commentOf(hub, repo, comment)),
    );
  }),

  operation('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...WRITE, body: commentBody }, (context) => {
    const { hub, store, repo, user, actor, body } = context;
    const issue = issueAt(context);
    const now = timestamp(hub);
    const app = appOf(actor)?.id ?? null;
    const comment = store.comments.insert({
      repo: repo.id,
      issue: issue.id,
      user: user.id,
      app,
      body: body.body,
      createdAt: now,
      updatedAt: now,
    });
    store.issues.update(issue.id, { updatedAt: now });
    tell(hub, repo, actor, 'created', comment);
    return created(commentOf(hub, repo, comment));
  }),

  operation('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', READ, (context) =>
    json(commentOf(context.hub, context.repo, commentAt(context))),
  ),

  operation('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...WRITE, body: commentBody }, (context) => {
    const { hub, store, repo, actor, body } = context;
    const before = mine(context);
    const comment = store.comments.update(before.id, { body: body.body, updatedAt: timestamp(hub) });
    tell(hub, repo, actor, 'edited', comment, { changes: { body: { from: before.body } } });
    return json(commentOf(hub, repo, comment));
  }),

  operation('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', WRITE, (context) => {
    const { hub, store, repo, actor } = context;
    const comment = mine(context);
    tell(hub, repo, actor, 'deleted', comment);
    store.comments.delete(comment.id);
    return noContent;
  }),
];
