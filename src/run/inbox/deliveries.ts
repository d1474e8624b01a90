import { z } from 'zod';
import type { Comment } from '../../github/forge.ts';
import type { Delivery } from '../../store/store.ts';
import type { Controller, ControllerServices } from '../loop/controller.ts';
import { dashboardComment, restoreDashboard } from '../publish/dashboard.ts';
import { checkConfiguration } from '../start/check-configuration.ts';
import { parseBranch } from '../state/spec.ts';
import type { Comments } from './comments.ts';

const repository = z.object({ full_name: z.string(), default_branch: z.string() });
const user = z.object({ login: z.string(), type: z.string() }).nullable();

const commentPayload = z.object({
  action: z.string(),
  repository,
  sender: user,
  issue: z.object({ number: z.int() }),
  comment: z.object({
    id: z.int(),
    body: z.string().nullish(),
    user,
    created_at: z.string(),
    performed_via_github_app: z.object({ id: z.int() }).nullish(),
  }),
});
const workflowRunPayload = z.object({ action: z.string(), repository, workflow_run: z.object({ id: z.int() }) });
const pullPayload = z.object({
  action: z.string(),
  repository,
  pull_request: z.object({
    head: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
  }),
});
const pushPayload = z.object({ ref: z.string(), after: z.string(), repository });

/** Deliveries the App asks for; the manifest subscribes to the same. */
export const EVENTS = ['issue_comment', 'workflow_run', 'pull_request', 'pull_request_review', 'push'] as const;

/** Works on a delivery, for the `last` time perhaps. Webhooks only wake: nothing in a payload but names is believed. */
export async function handleDelivery(
  { event, payload }: Delivery,
  services: ControllerServices,
  controller: Controller,
  comments: Comments,
  last: boolean,
): Promise<void> {
  switch (event) {
    case 'issue_comment': {
      const parsed = commentPayload.safeParse(payload);
      if (parsed.success) await handleComment(parsed.data, controller, comments, last);
      return;
    }
    case 'workflow_run': {
      const parsed = workflowRunPayload.safeParse(payload);
      if (!parsed.success || parsed.data.action !== 'completed') return;
      const { repository, workflow_run } = parsed.data;
      for (const key of await controller.unfinished(repository.full_name))
        controller.wake(key, { workflowRun: workflow_run.id });
      return;
    }
    case 'pull_request':
    case 'pull_request_review': {
      const parsed = pullPayload.safeParse(payload);
      if (!parsed.success) return;
      const { head } = parsed.data.pull_request;
      const branch = parseBranch(head.ref);
      if (!branch || head.repo?.full_name !== parsed.data.repository.full_name) return;
      if (!['closed', 'reopened', 'synchronize', 'submitted', 'dismissed'].includes(parsed.data.action)) return;
      for (const key of await controller.open(parsed.data.repository.full_name))
        if (key.run === branch.run) controller.wake(key, { pulls: true });
      return;
    }
    case 'push': {
      const parsed = pushPayload.safeParse(payload);
      if (!parsed.success || parsed.data.ref !== `refs/heads/${parsed.data.repository.default_branch}`) return;
      if (/^0+$/.test(parsed.data.after)) return;
      const forge = await services.forges.forge(parsed.data.repository.full_name);
      await checkConfiguration(forge, parsed.data.after);
      return;
    }
  }
}

async function handleComment(
  { action, repository, sender, issue, comment }: z.infer<typeof commentPayload>,
  controller: Controller,
  comments: Comments,
  last: boolean,
): Promise<void> {
  const seen: Comment = {
    id: comment.id,
    issue: issue.number,
    body: comment.body ?? '',
    author: comment.user?.login ?? '',
    byBot: comment.user?.type !== 'User',
    appId: comment.performed_via_github_app?.id ?? null,
    createdAt: comment.created_at,
    edited: false,
  };
  if (action === 'created') return comments.handle(repository.full_name, seen, last);
  // The App's own edits arrive here as well; only a person's are undone.
  if (!seen.byBot || sender?.type !== 'User') return;
  for (const key of await controller.unfinished(repository.full_name))
    await controller.with(key, async (run) => {
      if ((await dashboardComment(run)) === comment.id) await restoreDashboard(run);
    });
}
