import { randomUUID } from 'node:crypto';
import type { Forge } from '../../github/forge.ts';
import { PutOff } from '../../github/pace.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { markerToString } from '../../report/text/marker.ts';
import type { ControllerServices } from '../loop/controller.ts';
import { ownComment } from '../publish/own-comment.ts';
import { keepUp, leaseOn } from '../state/clock.ts';
import { NO_RUN, REPOSITORY_DOCUMENTS } from '../state/documents.ts';
import { RunDocuments } from '../state/run-documents.ts';

/** What somebody, or the configuration, asks for on an issue. */
export interface Ask {
  /** Its own in the repository: a comment's number, or `label-`, `cron-` or `push-` and what tells it apart. Letters, digits, `._/-`. */
  readonly id: string;
  readonly issue: number;
  readonly by: string;
}

/** An ask whose answering failed is taken up again after so long. */
const LEASE_SECONDS = 30;

/** Answers an ask once, however often it is seen, here or in another process. `give` gives the reply, null for none. */
export async function answerOnce(
  services: ControllerServices,
  repository: string,
  ask: Pick<Ask, 'id' | 'issue'>,
  give: (forge: Forge) => Promise<string | null>,
): Promise<void> {
  const { store, forges } = services;
  // A webhook and a sweep may bring the same at once.
  const [lease, holder] = [await leaseOn('comment', repository, ask.id)(store), randomUUID()];
  const hold = () => store.lease(lease, holder, LEASE_SECONDS);
  if (!(await hold())) return;
  // The reply may wait for GitHub's limits.
  const letGo = keepUp(hold, LEASE_SECONDS);
  try {
    const documents = new RunDocuments(store, { repository, run: NO_RUN });
    const answered = REPOSITORY_DOCUMENTS.answered.of(ask.id);
    if ((await documents.read(answered)) === true) return;
    const forge = await forges.forge(repository);
    // The documents may be gone with a lost journal; GitHub still knows what was answered.
    if ((await replyTo(forge, ask)) !== null) return await documents.write(answered, true);
    const reply = await give(forge);
    if (reply === null) return;
    await replyOnce(services, forge, ask, reply);
    await documents.write(answered, true);
  } finally {
    letGo();
  }
}

/** Writes the reply to an ask, unless it is there. */
export async function replyOnce(
  { store }: Pick<ControllerServices, 'store'>,
  forge: Forge,
  ask: Pick<Ask, 'id' | 'issue'>,
  text: string,
): Promise<void> {
  await new RunDocuments(store, { repository: forge.repository, run: NO_RUN }).once(
    REPOSITORY_DOCUMENTS.replied.of(ask.id),
    () => forge.comment(ask.issue, `${text}\n\n${markerToString({ kind: 'reply', fields: { to: ask.id } })}`),
    () => replyTo(forge, ask),
  );
}

/** The id of this App's reply to an ask, as GitHub has it. */
function replyTo(forge: Forge, { id, issue }: Pick<Ask, 'id' | 'issue'>): Promise<number | null> {
  return ownComment(forge, issue, { kind: 'reply', fields: { to: id } });
}

/**
 * Why something was not done, as a reply; thrown again where trying again may help.
 * @param what was to be done, as the beginning of a sentence: `/huxley run` was not carried out
 * @param last whether nobody tries again: then the failure is the answer
 */
export function whyNot(
  { log }: Pick<ControllerServices, 'log'>,
  { repository }: Pick<Forge, 'repository'>,
  error: unknown,
  what: string,
  last: boolean,
): string {
  if (error instanceof PutOff) throw error;
  if (error instanceof HuxleyError) {
    log.info({ repository, code: error.code, err: messageOf(error) }, 'command refused');
    return `${what}: ${error.message}\n\n${error.remedy}`;
  }
  if (!last) throw error;
  log.error({ repository, err: error }, 'command failed');
  return `${what}: GitHub or the database did not answer, even after several tries.\n\nTry again later; the server’s log says what failed.`;
}
