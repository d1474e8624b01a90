import type { Forge } from '../../github/forge.ts';
import { type Marker, parseMarker } from '../../report/text/marker.ts';

/** The id of the comment of this App on an issue that carries a marker; null where there is none. */
export async function ownComment(forge: Forge, issue: number, { kind, fields }: Marker): Promise<number | null> {
  const mine = (await forge.comments(issue)).find(({ appId, byBot, body }) => {
    // What people write on the App's pages carries the App's number, too.
    const found = byBot && appId === forge.appId ? parseMarker(body) : undefined;
    return found?.kind === kind && Object.entries(fields).every(([name, value]) => found.fields[name] === value);
  });
  return mine?.id ?? null;
}
