import { z } from 'zod';
import { isJob } from '../../auth/actor.ts';
import { emit } from '../../emit.ts';
import { notFound, unprocessable } from '../../http/failure.ts';
import { operation } from '../../http/operation.ts';
import { paginateAll } from '../../http/page.ts';
import { json } from '../../http/reply.ts';
import { pullAt } from '../../issue/find.ts';
import { pullSimpleOf } from '../../present/pull.ts';
import { reviewOf } from '../../present/review.ts';
import { timestamp } from '../../server-context.ts';
import { bodyText } from '../text.ts';

const PATH = '/repos/{owner}/{repo}/pulls/{pull_number}/reviews';
const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

export const REVIEWS = [
  operation(`GET ${PATH}`, { access: 'pull_requests:read' }, (context) => {
    const pull = pullAt(context);
    return paginateAll(context, context.store.reviews.list({ pull: pull.id }), (review) =>
      reviewOf(context.hub, context.repo, review, pull.number),
    );
  }),

  operation(`GET ${PATH}/{review_id}`, { access: 'pull_requests:read' }, (context) => {
    const pull = pullAt(context);
    const review = context.store.reviews.get(context.number('review_id'));
    if (review?.pull !== pull.id) throw notFound();
    return json(reviewOf(context.hub, context.repo, review, pull.number));
  }),

  operation(
    `POST ${PATH}`,
    {
      access: 'pull_requests:write',
      role: 'read',
      body: z.object({
        body: bodyText.nullish(),
        commit_id: z.string().optional(),
        event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']).optional(),
      }),
    },
    (context) => {
      const { hub, store, repo, user, actor, body } = context;
      const pull = pullAt(context);
      const state = body.event === undefined ? 'PENDING' : STATES[body.event];
      if (state === 'APPROVED' && isJob(actor) && !repo.actionsMayOpenPulls)
        throw unprocessable('GitHub Actions is not permitted to approve pull requests.');
      const author = store.issues.get(pull.issue)!.user;
      if (author === user.id && (state === 'APPROVED' || state === 'CHANGES_REQUESTED'))
        throw unprocessable(`Can not ${state === 'APPROVED' ? 'approve' : 'request changes on'} your own pull request`);
      if (state !== 'APPROVED' && state !== 'PENDING' && (body.body ?? '') === '')
        throw unprocessable('body is required for this event');
      const review = store.reviews.insert({
        repo: repo.id,
        pull: pull.id,
        user: user.id,
        body: body.body ?? '',
        state,
        commit: body.commit_id ?? pull.headSha,
        submittedAt: timestamp(hub),
      });
      const answer = reviewOf(hub, repo, review, pull.number);
      if (state !== 'PENDING')
        emit(hub, repo, actor, ['pull_request_review', 'submitted'], {
          pull_request: pullSimpleOf(hub, repo, pull),
          review: { ...answer, body: review.body || null, state: state.toLowerCase() },
        });
      return json(answer);
    },
  ),
];
