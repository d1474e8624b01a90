import type { Forge } from '../../github/forge.ts';
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
