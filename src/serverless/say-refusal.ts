import { z } from 'zod';
import { authorize } from '../command/authorize.ts';
import { parseCommand } from '../command/parse.ts';
import type { Octokit } from '../github/octokit/octokit.ts';
import type { HuxleyError } from '../model/error.ts';
import type { TickPlace } from './states.ts';

/** What started the workflow, e.g. `issue_comment`, and its payload. */
export interface TickEvent {
  readonly name: string;
  readonly payload: unknown;
}

const eventSchema = z.object({
  issue: z.object({ number: z.int() }),
  comment: z.object({ body: z.string(), user: z.object({ login: z.string(), type: z.string() }) }),
});

/** Answers a command of somebody who may give it when no tick can be made: there is no journal to answer from. */
export async function sayRefusal(
  octokit: Octokit,
  { event, place }: { readonly event: TickEvent; readonly place: Pick<TickPlace, 'repository'> },
  { message, remedy }: HuxleyError,
): Promise<void> {
  const parsed = eventSchema.safeParse(event.payload);
  if (event.name !== 'issue_comment' || !parsed.success) return;
  const { issue, comment } = parsed.data;
  const command = parseCommand(comment.body);
  if (command.kind === 'none' || comment.user.type !== 'User') return;
  const [owner, repo] = place.repository.split('/') as [string, string];
  const { login } = comment.user;
  const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username: login });
  const permission = data.permission === 'admin' || data.permission === 'write' ? data.permission : 'read';
  if (authorize({ login, isBot: false, permission }).kind !== 'granted') return;
  const body = `\`${command.written}\` was not carried out: ${message}\n\n${remedy} Huxley carries out the command once it can continue; give it again only if no answer comes.`;
  await octokit.rest.issues.createComment({ owner, repo, issue_number: issue.number, body });
}
