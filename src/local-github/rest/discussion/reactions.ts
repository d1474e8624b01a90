import { z } from 'zod';
import { notFound } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { paginateAll } from '../../http/page.ts';
import { json, noContent } from '../../http/reply.ts';
import { issueAt } from '../../issue/find.ts';
import { reactionOf } from '../../present/reaction.ts';
import { timestamp } from '../../server-context.ts';
import { REACTIONS as CONTENTS, type Reaction } from '../../store/rows.ts';

type Subject = Pick<Reaction, 'kind' | 'subject'>;
type Find = (context: Context<unknown>) => Subject;

const ofIssue: Find = (context) => ({ kind: 'issue', subject: issueAt(context).id });
const ofComment: Find = (context) => {
  const comment = context.store.comments.get(context.number('comment_id'));
  if (comment === undefined || comment.repo !== context.repo.id) throw notFound();
  return { kind: 'comment', subject: comment.id };
};

function operations(path: `/${string}`, find: Find) {
  const access = { access: 'issues:write|pull_requests:write', role: 'read' } as const;
  return [
    operation(`GET ${path}`, { access: 'issues:read|pull_requests:read' }, (context) => {
      const content = context.query.get('content') as Reaction['content'] | null;
      const where = { ...find(context), ...(content === null ? {} : { content }) };
      return paginateAll(context, context.store.reactions.list(where), (reaction) => reactionOf(context.hub, reaction));
    }),

    operation(`POST ${path}`, { ...access, body: z.object({ content: z.enum(CONTENTS) }) }, (context) => {
      const { hub, store, user, body } = context;
      const key = { ...find(context), user: user.id, content: body.content };
      const found = store.reactions.find(key);
      const reaction = found ?? store.reactions.insert({ ...key, createdAt: timestamp(hub) });
      return json(reactionOf(hub, reaction), found === undefined ? 201 : 200);
    }),

    operation(`DELETE ${path}/{reaction_id}`, access, (context) => {
      const { kind, subject } = find(context);
      const reaction = context.store.reactions.get(context.number('reaction_id'));
      if (reaction === undefined || reaction.kind !== kind || reaction.subject !== subject) throw notFound();
      if (reaction.user !== context.user.id) context.require('administration:write', 'admin');
      context.store.reactions.delete(reaction.id);
      return noContent;
    }),
  ];
}

export const REACTIONS = [
  ...operations('/repos/{owner}/{repo}/issues/{issue_number}/reactions', ofIssue),
  ...operations('/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', ofComment),
];
