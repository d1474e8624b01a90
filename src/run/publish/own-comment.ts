import type { Forge } from '../../github/forge.ts';
import { GitHubRefusal } from '../../github/refusal.ts';
import { type Marker, parseMarker } from '../../report/text/marker.ts';

/** The id of the comment of this App on an issue that carries a marker; null where there is none. */
export async function ownComment(forge: Forge, issue: number, { kind, fields }: Marker): Promise<number | null> {
  const mine = (await forge.comments(issue)).find(({ appId, byBot, author, body }) => {
    // What people write on the App's pages carries the App's number, too; a workflow's own token leaves none.
    const own = byBot && (appId === forge.appId || (forge.shared && author === forge.appLogin));
    const found = own ? parseMarker(body) : undefined;
    return found?.kind === kind && Object.entries(fields).every(([name, value]) => found.fields[name] === value);
  });
  return mine?.id ?? null;
}

interface Log {
  error(about: object, message: string): void;
}

/** Whether an issue took a comment. One that was deleted, is locked or disabled takes none, however often it is asked: nothing waits for it. */
export async function wasTaken(comment: Promise<unknown>, about: string, log: Log): Promise<boolean> {
  try {
    await comment;
    return true;
  } catch (error) {
    const refused =
      error instanceof GitHubRefusal && (error.code === 'github.locked' || [404, 410].includes(error.status));
    if (!refused) throw error;
    log.error({ err: error }, `${about} is not reported: the issue takes no comment`);
    return false;
  }
}
