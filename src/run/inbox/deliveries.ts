import { z } from 'zod';
import { parseCommand } from '../../command/parse.ts';
import type { Comment } from '../../github/forge.ts';
import type { Delivery } from '../../store/store.ts';
import { RUN_LABEL, startByLabel } from '../begin/by-label.ts';
import type { Schedules } from '../begin/schedules.ts';
import type { Controller, ControllerServices } from '../loop/controller.ts';
import { dashboardComment, restoreDashboard } from '../publish/dashboard.ts';
import { checkConfiguration } from '../start/check-configuration.ts';
import { issueOf, parseBranch } from '../state/spec.ts';
import { WORKFLOW_PATH } from '../work/workflow.ts';
import type { Comments } from './comments.ts';
import { measureUnasked } from './measure-unasked.ts';

const repository = z.object({ id: z.int(), full_name: z.string(), default_branch: z.string() });
const user = z.object({ login: z.string(), type: z.string() }).nullable();
const pull = z.object({
  number: z.int().optional(),
  head: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
});

/** What is kept of each kind of payload. */
const PAYLOADS = {
  issue_comment: z.object({
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
  }),
  issues: z.object({
    action: z.literal('labeled'),
    repository,
    sender: user,
    issue: z.object({ number: z.int() }),
    label: z.object({ name: z.string() }),
  }),
  workflow_run: z.object({
    action: z.literal('completed'),
    repository,
    workflow_run: z.object({ id: z.int(), path: z.string() }),
  }),
  pull_request: z.object({ action: z.string(), repository, pull_request: pull }),
  pull_request_review: z.object({ action: z.string(), repository, pull_request: pull }),
  push: z.object({ ref: z.string(), after: z.string(), repository }),
} as const;

type Payloads = { readonly [E in keyof typeof PAYLOADS]: z.infer<(typeof PAYLOADS)[E]> };
type Event = keyof Payloads;

/** Deliveries the App asks for; the manifest subscribes to the same. */
export const EVENTS = Object.keys(PAYLOADS) as readonly Event[];

/** What something may have to be done about; the rest is dropped before it is kept. */
const MATTERS: { readonly [E in Event]: (payload: Payloads[E]) => boolean } = {
  issue_comment: ({ action, comment, sender }) =>
    action === 'created'
      ? comment.user?.type === 'User' && parseCommand(comment.body ?? '').kind !== 'none'
      : // The App's own edits arrive as well; only a person's are undone.
        comment.user?.type !== 'User' && sender?.type === 'User',
  issues: ({ label, sender }) => label.name.toLowerCase() === RUN_LABEL && sender?.type === 'User',
  workflow_run: ({ workflow_run }) => workflow_run.path.replace(/@.*$/, '') === WORKFLOW_PATH,
  pull_request: (payload) =>
    matters(payload) || (runOf(payload) === undefined && ['closed', ...TO_MEASURE].includes(payload.action)),
  pull_request_review: matters,
  push: ({ ref, after, repository }) => ref === `refs/heads/${repository.default_branch}` && !/^0+$/.test(after),
};

/** After which anybody's pull request may have a head to measure. */
const TO_MEASURE = ['opened', 'reopened', 'synchronize', 'ready_for_review'];

function matters(payload: Payloads['pull_request']): boolean {
  const actions = ['closed', 'reopened', 'synchronize', 'submitted', 'dismissed'];
  return runOf(payload) !== undefined && actions.includes(payload.action);
}

/** The run whose variant a pull request may be. */
function runOf({ pull_request: { head }, repository }: Payloads['pull_request']): string | undefined {
  return head.repo?.full_name === repository.full_name ? parseBranch(head.ref)?.run : undefined;
}

/** The little of a delivery that is kept. */
type Condensed = { readonly [E in Event]: { readonly event: E; readonly payload: Payloads[E] } }[Event];

/** What is kept of a delivery; null where nothing has to be done about it. */
export function condense(event: string, payload: unknown): Condensed | null {
  if (!Object.hasOwn(PAYLOADS, event)) return null;
  const parsed = PAYLOADS[event as Event].safeParse(payload);
  if (!parsed.success || !(MATTERS[event as Event] as (payload: unknown) => boolean)(parsed.data)) return null;
  return { event, payload: parsed.data } as Condensed;
}

/** A delivery is of something that happened no longer ago. */
function daysAgo(now: Date): Date {
  return new Date(now.getTime() - 3 * 24 * 60 * 60 * 1_000);
}

/** What works on deliveries. */
interface Parts {
  readonly controller: Controller;
  readonly comments: Comments;
  readonly schedules: Schedules;
}

/** Works on a delivery, for the `last` time perhaps. Webhooks only wake: nothing in a payload but names is believed. */
export async function handleDelivery(
  { event, payload }: Delivery,
  services: ControllerServices,
  { controller, comments, schedules }: Parts,
  last: boolean,
): Promise<void> {
  // An older version kept whatever came.
  const kept = condense(event, payload);
  if (kept === null) return;
  const { full_name } = kept.payload.repository;
  switch (kept.event) {
    case 'issue_comment':
      return handleComment(kept.payload, services, { controller, comments }, last);
    case 'issues':
      return startByLabel(
        services,
        controller,
        full_name,
        kept.payload.issue.number,
        last,
        daysAgo(services.clock.now()),
      );
    case 'workflow_run':
      for (const key of await controller.unfinished(full_name)) {
        services.log.debug({ run: key.run }, 'wakes a run');
        controller.wake(key, { workflowRun: kept.payload.workflow_run.id });
      }
      return;
    case 'pull_request':
    case 'pull_request_review': {
      const { number } = kept.payload.pull_request;
      const run = runOf(kept.payload);
      for (const key of await controller.open(full_name))
        if (run === undefined ? issueOf(key.run) === number : key.run === run) controller.wake(key, { pulls: true });
      const due = kept.event === 'pull_request' && run === undefined && TO_MEASURE.includes(kept.payload.action);
      if (due && number !== undefined) await measureUnasked(full_name, number, services, controller);
      return;
    }
    case 'push':
      await checkConfiguration(await services.forges.forge(full_name), kept.payload.after);
      return schedules.tend(full_name);
  }
}

async function handleComment(
  { action, repository, issue, comment }: Payloads['issue_comment'],
  { log }: Pick<ControllerServices, 'log'>,
  { controller, comments }: Pick<Parts, 'controller' | 'comments'>,
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
  if (action === 'created') return comments.handle(repository.full_name, seen, { last, log });
  for (const key of await controller.unfinished(repository.full_name))
    await controller.with(key, async (run) => {
      if ((await dashboardComment(run)) === comment.id) await restoreDashboard(run);
    });
}
